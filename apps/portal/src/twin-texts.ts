import type { DeviceSettings } from './api.js';
import type { Twin } from './site-api.js';

export type SettingKey = keyof Twin['keys'];
type KeyState = NonNullable<Twin['keys'][SettingKey]>['state'];

export const keyStateTexts: Readonly<Record<KeyState, string>> = {
  'in-step': 'As wished',
  waiting: 'Waiting for the device',
  declined: 'Declined by the device',
  'right-ended': 'Not sent: the right to wish it has ended',
};

export const keyStateTones: Readonly<Record<KeyState, string>> = {
  'in-step': 'good',
  waiting: 'warn',
  declined: 'bad',
  'right-ended': 'bad',
};

export const cableLockTexts: Readonly<Record<NonNullable<DeviceSettings['cableLock']>, string>> = {
  'while-charging': 'Only while charging',
  always: 'Always',
};

/** What one side of a twin says of a setting; null: nothing. */
export function settingText(side: DeviceSettings, key: SettingKey): string | null {
  switch (key) {
    case 'maxCurrent_A':
      return side.maxCurrent_A === undefined ? null : `${side.maxCurrent_A} A`;
    case 'brightness_percent':
      return side.brightness_percent === undefined ? null : `${side.brightness_percent} %`;
    case 'cableLock':
      return side.cableLock === undefined ? null : cableLockTexts[side.cableLock];
    case 'phaseRotation':
      return side.phaseRotation === undefined
        ? null
        : Object.entries(side.phaseRotation)
            .map(([connector, rotation]) => `connector ${connector} ${rotation}`)
            .join(', ');
    default:
      return null;
  }
}
