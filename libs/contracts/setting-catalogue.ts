import type { LocationAction } from '#libs/entitlements/action.js';
import type { DeviceKind } from './observation.js';
import type { DeviceSettings } from './settings.js';

export interface Setting {
  readonly kind: DeviceKind;
  /** What a person needs to wish it. */
  readonly right: LocationAction;
  /** `device`: it is sent there and can drift; `house`: the load balancing keeps it and nothing is sent. */
  readonly keptBy: 'device' | 'house';
}

/** Every key of a twin: whose it is, who may wish it, and who keeps it. */
export const settingCatalogue: { readonly [Key in keyof DeviceSettings]-?: Setting } = {
  maxCurrent_A: { kind: 'charger', right: 'comfort', keptBy: 'device' },
  brightness_percent: { kind: 'charger', right: 'comfort', keptBy: 'device' },
  cableLock: { kind: 'charger', right: 'comfort', keptBy: 'device' },
  phaseRotation: { kind: 'charger', right: 'electrical', keptBy: 'device' },
  schedule: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  mode: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  departures: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  energy_kWh: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  boostUntil: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  priority: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  phases: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  goal: { kind: 'charger', right: 'comfort', keptBy: 'house' },
  balancer: { kind: 'balancer', right: 'electrical', keptBy: 'device' },
  hub: { kind: 'hub', right: 'comfort', keptBy: 'device' },
};

export type SettingKey = keyof DeviceSettings;
export const settingKeys = Object.keys(settingCatalogue) as SettingKey[];

/** The keys a device of this kind keeps itself. */
export const keptByDevice = (kind: DeviceKind): SettingKey[] =>
  settingKeys.filter(
    (key) => settingCatalogue[key].kind === kind && settingCatalogue[key].keptBy === 'device',
  );
