import { bootedEvent } from '#libs/protocols/ocpp16/boot-notification.js';
import type { BootNotificationRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';

export interface BootPorts {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'recordBoot'>;
  readonly heartbeatInterval_s: number;
  /** 0 <= random() < 1. */
  readonly random: () => number;
}

/** OCPP 1.6 4.2: a registered charger is always accepted; its heartbeat is jittered by a tenth either way. */
export const bootNotification =
  (ports: BootPorts): CallHandler<BootNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    await ports.registry.recordBoot(device.deviceId, receivedAt, {
      vendor: request.chargePointVendor,
      model: request.chargePointModel,
    });
    const answer = {
      status: 'Accepted',
      currentTime: new Date(receivedAt).toISOString(),
      interval: Math.max(1, Math.round(ports.heartbeatInterval_s * (0.9 + 0.2 * ports.random()))),
    };
    // Nothing may be sent to a charger whose boot is not answered (4.2), so the house hears of it afterwards.
    return new AnswerFirst(answer, () =>
      ports.observe(device, bootedEvent(request), { deviceTime: receivedAt, receivedAt }),
    );
  };
