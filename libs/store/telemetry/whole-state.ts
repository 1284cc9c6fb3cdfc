import { initialDeviceState, type DeviceState } from '#libs/devices/device-state.js';

/** An older release stored states without what was added since. */
export const wholeState = (stored: DeviceState): DeviceState =>
  ({ ...initialDeviceState(stored.kind), ...stored }) as DeviceState;
