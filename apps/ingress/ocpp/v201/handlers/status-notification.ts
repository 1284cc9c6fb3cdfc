import type { StatusNotificationRequest } from '#libs/protocols/ocpp201/payloads.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { CallHandler } from '../../call-handler.js';
import { tellConnector, type EvseStatusPorts } from '../evse-status.js';
import { requireEvse } from '../require-evse.js';

/** OCPP 2.0.1 G01. */
export const statusNotification =
  (ports: EvseStatusPorts): CallHandler<StatusNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    const { evseId: evse, connectorId: connector, connectorStatus: status } = request;
    requireEvse(evse, connector);
    const deviceTime = deviceTimeOf(request.timestamp, receivedAt);
    await tellConnector(ports, device, { evse, connector, status }, { deviceTime, receivedAt });
    return {};
  };
