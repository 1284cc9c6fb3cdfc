import type { LocationAction } from './action.js';

/**
 * The right each command needs. The raw configuration is the installer's business alone: it can
 * change how the charger behaves electrically (NB-62, NB-68, NB-88).
 */
export const commandRights = {
  'set-max-current': 'comfort',
  'set-brightness': 'comfort',
  'set-schedule': 'comfort',
  'set-mode': 'comfort',
  'set-departure': 'comfort',
  boost: 'comfort',
  'set-priority': 'comfort',
  'set-phases': 'comfort',
  'set-goal': 'comfort',
  'remote-start': 'use',
  'remote-stop': 'use',
  'unlock-connector': 'use',
  reset: 'comfort',
  'trigger-message': 'comfort',
  'get-configuration': 'electrical',
  'change-configuration': 'electrical',
  'clear-charging-profile': 'electrical',
  'set-cable-lock': 'comfort',
  'set-phase-rotation': 'electrical',
  'clear-cache': 'comfort',
  'update-firmware': 'electrical',
  'configure-balancer': 'electrical',
  'configure-hub': 'comfort',
  'set-arming': 'use',
  'reserve-connector': 'use',
  'cancel-reservation': 'use',
  'check-schedule': 'comfort',
  'rotate-credential': 'electrical',
  'factory-reset': 'factory-reset',
  'test-residual-current-device': 'electrical',
  'set-network': 'electrical',
  'ocpp-call': 'electrical',
} as const satisfies Record<string, LocationAction>;
