import { bootedEvent } from '#libs/protocols/ocpp201/boot-notification.js';
import type { BootNotificationRequest } from '#libs/protocols/ocpp201/payloads.js';
import type { DeviceInventories } from '#libs/store/device-inventories.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';

export interface BootPorts {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'recordBoot'>;
  readonly inventories: Pick<DeviceInventories, 'booted'>;
  readonly heartbeatInterval_s: number;
  /** 0 <= random() < 1. */
  readonly random: () => number;
}

/** OCPP 2.0.1 B01: a registered station is always accepted; its heartbeat is jittered by a tenth either way. */
export const bootNotification =
  (ports: BootPorts): CallHandler<BootNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    await Promise.all([
      ports.registry.recordBoot(device.deviceId, receivedAt, {
        vendor: request.chargingStation.vendorName,
        model: request.chargingStation.model,
      }),
      ports.inventories.booted(device.deviceId, request.chargingStation.firmwareVersion ?? ''),
    ]);
    const answer = {
      status: 'Accepted',
      currentTime: new Date(receivedAt).toISOString(),
      interval: Math.max(1, Math.round(ports.heartbeatInterval_s * (0.9 + 0.2 * ports.random()))),
    };
    // B01: nothing is sent to a station before its boot is answered, so the house hears of it afterwards.
    return new AnswerFirst(answer, () =>
      ports.observe(device, bootedEvent(request), { deviceTime: receivedAt, receivedAt }),
    );
  };
