import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

const failed: ReadonlySet<string> = new Set(['DownloadFailed', 'InstallationFailed']);

/** OCPP 1.6 4.5: how far the update asked for by UpdateFirmware has come. */
export const firmwareStatusNotification =
  (ports: { observe: Observe }): CallHandler<{ readonly status: string }> =>
  async ({ device, request, receivedAt }) => {
    const { status: code } = request;
    await ports.observe(
      device,
      { type: 'notice', topic: 'firmware', code, severity: failed.has(code) ? 5 : 8, detail: {} },
      { deviceTime: receivedAt, receivedAt },
    );
    return {};
  };
