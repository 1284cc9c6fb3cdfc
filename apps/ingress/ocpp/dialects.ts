import type { Dialects } from './dialect.js';
import type { ActionPorts } from './v16/actions.js';
import { dialect16 } from './v16/dialect.js';
import type { ActionPorts201 } from './v201/actions.js';
import { dialect201 } from './v201/dialect.js';

/** Every OCPP version spoken on the chargers' port. */
export const dialectsOf = (ports: ActionPorts & ActionPorts201): Dialects => ({
  'ocpp1.6': dialect16(ports),
  'ocpp2.0.1': dialect201('ocpp2.0.1', ports),
  'ocpp2.1': dialect201('ocpp2.1', ports),
});
