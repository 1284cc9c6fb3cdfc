import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { StatusNotificationRequest } from '#libs/protocols/ocpp16/payloads.js';
import { connectorStatusEvent } from '#libs/protocols/ocpp16/status-notification.js';
import type { Observe } from '../../../observe.js';
import { requireConnector, type CallHandler } from '../../call-handler.js';

/** OCPP 1.6 4.9. */
export const statusNotification =
  (ports: { observe: Observe }): CallHandler<StatusNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    requireConnector(request.connectorId);
    const deviceTime = deviceTimeOf(request.timestamp, receivedAt);
    await ports.observe(device, connectorStatusEvent(request), { deviceTime, receivedAt });
    return {};
  };
