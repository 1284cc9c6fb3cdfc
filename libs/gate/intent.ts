import type { CommandRequest } from '#libs/contracts/command.js';
import type { DeviceKind } from '#libs/contracts/observation.js';
import { settingCatalogue, type SettingKey } from '#libs/contracts/setting-catalogue.js';
import type { SettingsPatch } from '#libs/contracts/settings.js';
import type { LocationAction } from '#libs/entitlements/action.js';

/** What a person wants of a device. */
export interface Intent {
  readonly deviceId: string;
  readonly request: CommandRequest;
  /** How long it may wait for the device before it expires. */
  readonly timeout_ms: number;
  /** Named beforehand by who may have to give it twice and wants it once; absent: a new one. */
  readonly commandId?: string;
}

/**
 * Configuration keys that hold a credential or turn security off (OCPP 1.6 security whitepaper, table 4.1; OCPP 2.0.1
 * SecurityCtrlr).
 */
const protectedKeys: ReadonlySet<string> = new Set([
  'authorizationkey',
  'basicauthpassword',
  'securityprofile',
  'networkpassphrase',
]);

/** True for the key itself and for `Component[instance].Variable[instance]@evse` of that name. */
const isProtected = (key: string): boolean =>
  key
    .toLowerCase()
    .split('.')
    .some((part) => protectedKeys.has(part.replace(/[[@].*$/, '')));

/** What only some kinds of device can be asked; everything else is for chargers. */
const kindsOf: Partial<Readonly<Record<CommandRequest['action'], readonly DeviceKind[]>>> = {
  'configure-balancer': ['balancer'],
  'configure-hub': ['hub'],
  'set-arming': ['hub'],
  reset: ['charger', 'balancer', 'hub'],
  'update-firmware': ['charger', 'balancer', 'hub'],
  'rotate-credential': ['charger', 'balancer', 'hub'],
  'factory-reset': ['charger', 'balancer', 'hub'],
  'set-network': ['charger', 'balancer', 'hub'],
};
const chargersOnly: readonly DeviceKind[] = ['charger'];

export type Unfit = 'wrong-device-kind' | 'protected-key';

/** Why this device cannot be asked this, whoever asks; null when it can. */
export function unfit(request: CommandRequest, kind: DeviceKind): Unfit | null {
  if (!(kindsOf[request.action] ?? chargersOnly).includes(kind)) return 'wrong-device-kind';
  if (request.action === 'change-configuration' && isProtected(request.key)) {
    return 'protected-key';
  }
  // T10: a command is kept and travels; its passphrase is put aside before it comes here.
  if (request.action === 'set-network' && request.passphrase !== undefined) return 'protected-key';
  return null;
}

/** Whether it asks for more current than the grant it is asked by allows; null: that has no limit of its own. */
export const exceeds = (request: CommandRequest, maximumCurrent_A: number | null): boolean =>
  maximumCurrent_A !== null && request.action === 'set-max-current' && request.current_A > maximumCurrent_A;

/** Settings that a person wishes of a device, without waiting for it. */
export interface Wishes {
  readonly deviceId: string;
  readonly settings: SettingsPatch;
  /** Only if the desired side is still this version; null: whatever it is. */
  readonly expectedVersion: number | null;
}

/** The rights that wishing these keys takes, each once; null: the device is of another kind. */
export function rightsToWish(settings: SettingsPatch, kind: DeviceKind): readonly LocationAction[] | null {
  const wished = (Object.keys(settings) as SettingKey[]).map((key) => settingCatalogue[key]);
  if (wished.some((setting) => setting.kind !== kind)) return null;
  return [...new Set(wished.map(({ right }) => right))];
}

/** The wish that a command leaves in the twin, so that it outlives the connection; null when it leaves none. */
export function wishOf(request: CommandRequest): SettingsPatch | null {
  switch (request.action) {
    case 'set-max-current':
      return { maxCurrent_A: request.current_A };
    case 'set-brightness':
      return { brightness_percent: request.brightness_percent };
    case 'clear-charging-profile':
      return { maxCurrent_A: null };
    case 'set-cable-lock':
      return { cableLock: request.cableLock };
    case 'set-phase-rotation':
      return { phaseRotation: { [request.connector]: request.rotation } };
    case 'configure-balancer':
      return { balancer: request.settings };
    case 'configure-hub':
      return { hub: request.settings };
    case 'set-schedule':
      return { schedule: request.windows };
    case 'set-mode':
      return { mode: request.mode };
    case 'set-departure':
      return { departures: request.departures, energy_kWh: request.energy_kWh };
    case 'boost':
      return { boostUntil: request.until };
    case 'set-priority':
      return { priority: request.priority };
    case 'set-phases':
      return { phases: request.phases };
    case 'set-goal': {
      const { transactionId, departure, energy_kWh } = request;
      return { goal: { transactionId, departure, energy_kWh } };
    }
    default:
      return null;
  }
}
