import type { CommandRequest } from '#libs/contracts/command.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import type { Twin } from '#libs/store/twin-store.js';

export type ReportedSettings = { readonly [Key in keyof DeviceSettings]: DeviceSettings[Key] | null };

/** What a charger that accepted this request now has set; null when the request sets nothing of the twin. */
export function reportedBy(request: CommandRequest): ReportedSettings | null {
  switch (request.action) {
    case 'set-max-current':
      return { maxCurrent_A: request.current_A };
    case 'set-brightness':
      return { brightness_percent: request.brightness_percent };
    case 'set-cable-lock':
      return { cableLock: request.cableLock };
    case 'clear-charging-profile':
      return { maxCurrent_A: null };
    default:
      return null;
  }
}

/** The requests that bring a charger from what it reported to what people desire; the schedule is not kept there. */
export function missingSettings({ desired, reported }: Twin): CommandRequest[] {
  const requests: CommandRequest[] = [];
  if (desired.maxCurrent_A !== undefined && desired.maxCurrent_A !== reported.maxCurrent_A)
    requests.push({ action: 'set-max-current', current_A: desired.maxCurrent_A });
  if (desired.brightness_percent !== undefined && desired.brightness_percent !== reported.brightness_percent)
    requests.push({ action: 'set-brightness', brightness_percent: desired.brightness_percent });
  if (desired.cableLock !== undefined && desired.cableLock !== reported.cableLock)
    requests.push({ action: 'set-cable-lock', cableLock: desired.cableLock });
  return requests;
}
