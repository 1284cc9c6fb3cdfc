import type { Bus } from '#libs/bus/bus.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';

export interface Times {
  /** The device's own clock, kept however absurd; ours where it named none. */
  readonly deviceTime: number;
  readonly receivedAt: number;
}

/** Publishes what a device said; resolves when the bus has it. */
export type Observe = (device: RegisteredDevice, event: DeviceEvent, times: Times) => Promise<void>;

export const observeOn =
  (bus: Bus): Observe =>
  (device, event, times) =>
    bus.publish('observations', {
      siteId: device.siteId,
      deviceId: device.deviceId,
      deviceKind: device.kind,
      deviceTime: times.deviceTime,
      receivedAt: times.receivedAt,
      event,
    });
