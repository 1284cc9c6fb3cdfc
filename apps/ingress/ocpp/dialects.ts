import type { Dialects } from './dialect.js';
import { dialect16, type Dialect16Ports } from './v16/dialect.js';

/** Every OCPP version spoken on the chargers' port. */
export const dialectsOf = (ports: Dialect16Ports): Dialects => ({ 'ocpp1.6': dialect16(ports) });
