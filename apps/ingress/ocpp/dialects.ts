import type { Dialects } from './dialect.js';
import type { ActionPorts } from './v16/actions.js';
import { dialect16 } from './v16/dialect.js';

/** Every OCPP version spoken on the chargers' port. */
export const dialectsOf = (ports: ActionPorts): Dialects => ({ 'ocpp1.6': dialect16(ports) });
