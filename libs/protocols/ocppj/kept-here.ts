import type { CommandRequest } from '#libs/contracts/command.js';

const balancing = 'The load balancing keeps this itself; nothing has to be sent to the charger.';

/** Requests that change what the load balancing does and nothing in the charger, whatever version it speaks. */
const reasons = {
  'set-schedule': 'The schedule is kept by the load balancing itself; nothing has to be sent to the charger.',
  'set-mode': balancing,
  'set-departure': balancing,
  boost: balancing,
  'set-priority': balancing,
  'set-phases': balancing,
  'set-goal': balancing,
} as const satisfies Partial<Record<CommandRequest['action'], string>>;

export type KeptHereAction = keyof typeof reasons;
/** What no version of OCPP has words for and each product has its own; the quirk catalogue knows them. */
export const vendorActions = ['factory-reset', 'test-residual-current-device', 'set-network'] as const;
export type VendorAction = (typeof vendorActions)[number];

/** Made by the edge itself: they need a row first, or what it remembers. */
type EdgeAction =
  | VendorAction
  | 'ocpp-call'
  | 'rotate-credential'
  | 'reserve-connector'
  | 'cancel-reservation'
  | 'check-schedule';
/** Requests of load balancers and alarm hubs: no version of OCPP has words for them. */
const foreign = ['configure-balancer', 'configure-hub', 'set-arming'] as const;
export type ForeignAction = (typeof foreign)[number];

/** What has a call of its own in each version. */
export type WiredRequest = Exclude<CommandRequest, { action: KeptHereAction | EdgeAction | ForeignAction }>;

export const isForeign = (
  request: CommandRequest,
): request is Extract<CommandRequest, { action: ForeignAction }> =>
  (foreign as readonly string[]).includes(request.action);
export const foreignReason = 'A charger has nothing of this kind.';

export const isKeptHere = (
  request: CommandRequest,
): request is Extract<CommandRequest, { action: KeptHereAction }> => Object.hasOwn(reasons, request.action);

/** Why nothing is sent; the sentence ends up in the command. */
export const keptHereReason = (action: KeptHereAction): string => reasons[action];
