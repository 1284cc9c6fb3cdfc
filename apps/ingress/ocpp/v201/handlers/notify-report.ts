import { reportedVariables } from '#libs/protocols/ocpp201/device-model.js';
import type { NotifyReportRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import type { DeviceModelStore } from '#libs/store/device-model.js';
import type { CallHandler } from '../../call-handler.js';
import { keepPart, type ReportPorts } from '../report-parts.js';

/** OCPP 2.0.1 B07, B08: each part is stored when it comes, so that a lost one costs only itself. */
export const notifyReport =
  (
    ports: ReportPorts & { readonly model: Pick<DeviceModelStore, 'report'> },
  ): CallHandler<NotifyReportRequest> =>
  async ({ device, request, receivedAt }) => {
    await ports.model.report(device.deviceId, reportedVariables(request), receivedAt);
    const { requestId, seqNo: sequence, tbc } = request;
    const isLast = tbc !== true;
    await keepPart(ports, device, {
      kind: 'variables',
      requestId,
      sequence,
      isLast,
      content: null,
      receivedAt,
    });
    return {};
  };
