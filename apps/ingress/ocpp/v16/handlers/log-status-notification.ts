import type { LogStatusNotificationRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

const wellBeing: ReadonlySet<string> = new Set(['Idle', 'Uploaded', 'Uploading']);

/** OCPP 1.6 Security Whitepaper N01: how far the upload asked for by GetLog has come. */
export const logStatusNotification =
  (ports: { observe: Observe }): CallHandler<LogStatusNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    const { status: code, requestId } = request;
    const detail = { requestId: requestId ?? null };
    await ports.observe(
      device,
      { type: 'notice', topic: 'log', code, severity: wellBeing.has(code) ? 8 : 5, detail },
      { deviceTime: receivedAt, receivedAt },
    );
    return {};
  };
