import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** OCPP 1.6 4.4: how far the upload asked for by GetDiagnostics has come. */
export const diagnosticsStatusNotification =
  (ports: { observe: Observe }): CallHandler<{ readonly status: string }> =>
  async ({ device, request, receivedAt }) => {
    const severity = request.status === 'UploadFailed' ? 5 : 8;
    await ports.observe(
      device,
      { type: 'notice', topic: 'log', code: request.status, severity, detail: { log: 'DiagnosticsLog' } },
      { deviceTime: receivedAt, receivedAt },
    );
    return {};
  };
