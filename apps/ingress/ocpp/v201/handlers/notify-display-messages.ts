import type { NotifyDisplayMessagesRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import type { DeviceReportStore } from '#libs/store/device-reports.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

export interface DocumentPorts {
  readonly observe: Observe;
  readonly reports: Pick<DeviceReportStore, 'saveDocuments'>;
}

/** OCPP 2.0.1 O03, O04: the messages on a station's display, stored as they come. */
export const notifyDisplayMessages =
  (ports: DocumentPorts): CallHandler<NotifyDisplayMessagesRequest> =>
  async ({ device, request, receivedAt }) => {
    const documents = (request.messageInfo ?? []).map((document) => ({
      itemId: String(document.id),
      document,
    }));
    await ports.reports.saveDocuments(device.deviceId, 'display-message', documents, receivedAt);
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return {};
  };
