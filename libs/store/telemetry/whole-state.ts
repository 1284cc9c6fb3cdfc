import { unknownConnector } from '#libs/devices/charger-state.js';
import { initialDeviceState, type DeviceState } from '#libs/devices/device-state.js';

/** An older release stored states without what was added since. */
export function wholeState(stored: DeviceState): DeviceState {
  const whole = { ...initialDeviceState(stored.kind), ...stored } as DeviceState;
  if (whole.kind !== 'charger') return whole;
  const connectors = whole.connectors.map((each) => ({ ...unknownConnector(each.connector), ...each }));
  return { ...whole, connectors };
}
