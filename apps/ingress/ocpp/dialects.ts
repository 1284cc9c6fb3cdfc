import type { Dialects } from './dialect.js';
import { dialect16, type Dialect16Ports } from './v16/dialect.js';
import { dialect201, type Dialect201Ports } from './v201/dialect.js';

/** Every OCPP version spoken on the chargers' port. */
export const dialectsOf = (ports: Dialect16Ports & Dialect201Ports): Dialects => ({
  'ocpp1.6': dialect16(ports),
  'ocpp2.0.1': dialect201('ocpp2.0.1', ports),
  'ocpp2.1': dialect201('ocpp2.1', ports),
});
