import { reportedMonitors } from '#libs/protocols/ocpp201/device-model.js';
import type { NotifyMonitoringReportRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import type { DeviceReportStore } from '#libs/store/device-reports.js';
import type { CallHandler } from '../../call-handler.js';
import { keepPart, type ReportPorts } from '../report-parts.js';

/** OCPP 2.0.1 N02: the monitors of a station; an event names only the number of its monitor. */
export const notifyMonitoringReport =
  (
    ports: ReportPorts & { readonly reports: Pick<DeviceReportStore, 'saveMonitors'> },
  ): CallHandler<NotifyMonitoringReportRequest> =>
  async ({ device, request, receivedAt }) => {
    await ports.reports.saveMonitors(device.deviceId, reportedMonitors(request), receivedAt);
    const { requestId, seqNo: sequence, tbc } = request;
    const isLast = tbc !== true;
    await keepPart(ports, device, {
      kind: 'monitors',
      requestId,
      sequence,
      isLast,
      content: null,
      receivedAt,
    });
    return {};
  };
