import type { CommandRequest } from '#libs/contracts/command.js';
import { keptByDevice, type SettingKey } from '#libs/contracts/setting-catalogue.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import { delta, keyState } from '#libs/devices/twin.js';
import type { ReportedSettings } from '#libs/store/twin-store.js';
import type { TwinRow } from '#libs/store/twins.js';

/** What a charger that accepted this request now has set; null when the request sets nothing of the twin. */
export function reportedBy(request: CommandRequest): ReportedSettings | null {
  switch (request.action) {
    case 'set-max-current':
      return { maxCurrent_A: request.current_A };
    case 'set-brightness':
      return { brightness_percent: request.brightness_percent };
    case 'set-cable-lock':
      return { cableLock: request.cableLock };
    case 'set-phase-rotation':
      return { phaseRotation: { [request.connector]: request.rotation } };
    case 'clear-charging-profile':
      return { maxCurrent_A: null };
    default:
      return null;
  }
}

/** One setting on its way to a charger. */
export interface SettingCall {
  readonly key: SettingKey;
  readonly request: CommandRequest;
}

/**
 * The requests that bring a charger to what people desire: `missing` what it has not confirmed and has not declined, `all`
 * everything, for a charger that has booted and may have lost it.
 */
export function settingCalls(twin: TwinRow, extent: 'missing' | 'all'): SettingCall[] {
  const keys = keptByDevice('charger');
  const wished: DeviceSettings =
    extent === 'all'
      ? twin.desired
      : delta(
          twin,
          keys.filter((key) => keyState(twin, key) === 'waiting'),
        );
  return keys.flatMap((key) => requestsFor(key, wished).map((request) => ({ key, request })));
}

function requestsFor(key: SettingKey, wished: DeviceSettings): CommandRequest[] {
  const { maxCurrent_A, brightness_percent, cableLock, phaseRotation } = wished;
  switch (key) {
    case 'maxCurrent_A':
      return maxCurrent_A === undefined ? [] : [{ action: 'set-max-current', current_A: maxCurrent_A }];
    case 'brightness_percent':
      return brightness_percent === undefined ? [] : [{ action: 'set-brightness', brightness_percent }];
    case 'cableLock':
      return cableLock === undefined ? [] : [{ action: 'set-cable-lock', cableLock }];
    case 'phaseRotation':
      return Object.entries(phaseRotation ?? {}).map(([connector, rotation]) => ({
        action: 'set-phase-rotation',
        connector: Number(connector),
        rotation,
      }));
    default:
      return [];
  }
}
