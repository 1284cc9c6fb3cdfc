import type { ConnectorStatusChanged } from '#libs/devices/device-event.js';
import type { StatusNotificationRequest } from './payloads.js';

/** OCPP 1.6 6.47. The vendor's own error code is kept with the free text: people need it to find the fault. */
export function connectorStatusEvent(request: StatusNotificationRequest): ConnectorStatusChanged {
  const notes = [request.info, request.vendorErrorCode].filter((note) => note !== undefined && note !== '');
  return {
    type: 'connector-status',
    connector: request.connectorId,
    status: request.status,
    errorCode: request.errorCode,
    information: notes.length === 0 ? undefined : notes.join(' / '),
  };
}
