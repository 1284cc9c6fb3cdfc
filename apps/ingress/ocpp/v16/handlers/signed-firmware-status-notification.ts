import type { SignedFirmwareStatusNotificationRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

const failed: ReadonlySet<string> = new Set([
  'DownloadFailed',
  'InstallationFailed',
  'InstallVerificationFailed',
  'InvalidSignature',
]);

/** OCPP 1.6 Security Whitepaper L01: progress of a signed update; `requestId` names the update it belongs to. */
export const signedFirmwareStatusNotification =
  (ports: { observe: Observe }): CallHandler<SignedFirmwareStatusNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    const { status: code, requestId } = request;
    const detail = { requestId: requestId ?? null };
    // A wrong signature may be an attack and not only a mishap.
    const severity = code === 'InvalidSignature' ? 3 : failed.has(code) ? 5 : 8;
    await ports.observe(
      device,
      { type: 'notice', topic: 'firmware', code, severity, detail },
      { deviceTime: receivedAt, receivedAt },
    );
    return {};
  };
