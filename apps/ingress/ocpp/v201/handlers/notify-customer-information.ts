import type { NotifyCustomerInformationRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import type { CallHandler } from '../../call-handler.js';
import { keepPart, type ReportPorts } from '../report-parts.js';

/** OCPP 2.0.1 N09: what a station knows of a customer, in parts of free text. It is personal: no notice repeats it. */
export const notifyCustomerInformation =
  (ports: ReportPorts): CallHandler<NotifyCustomerInformationRequest> =>
  async ({ device, request, receivedAt }) => {
    const { requestId, seqNo: sequence, tbc, data: content } = request;
    const isLast = tbc !== true;
    await keepPart(ports, device, {
      kind: 'customer-information',
      requestId,
      sequence,
      isLast,
      content,
      receivedAt,
    });
    return {};
  };
