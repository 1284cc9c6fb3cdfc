import type { Answer } from '../protocol.js';
import type { FirmwareStatus, FirmwareUpdates } from '../services/firmware-update.js';
import type { FirmwarePublisher, PublishStatus } from '../services/firmware-publisher.js';
import type { Station } from '../station.js';

const defaultInterval_s = 10;

interface UpdateRequest {
  readonly requestId: number;
  readonly retries?: number;
  readonly retryInterval?: number;
  readonly firmware: {
    readonly location: string;
    readonly retrieveDateTime: string;
    readonly installDateTime?: string;
    readonly signingCertificate?: string;
    readonly signature?: string;
  };
}

/** OCPP 2.0.1 L01 with a signature, L02 without. */
export function updateFirmware(
  { firmware, station }: { readonly firmware: FirmwareUpdates; readonly station: Station },
  request: UpdateRequest,
): Answer {
  const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = request.firmware;
  if (
    signingCertificate !== undefined &&
    !station.certificates.isTrusted(signingCertificate, 'manufacturer')
  ) {
    station.securityEvent('InvalidFirmwareSigningCertificate', null);
    return { status: 'InvalidCertificate' };
  }
  const replaced = firmware.start({
    requestId: request.requestId,
    location,
    retries: request.retries ?? 0,
    retryInterval_s: request.retryInterval ?? defaultInterval_s,
    retrieveAt_ms: Date.parse(retrieveDateTime),
    installAt_ms: installDateTime === undefined ? null : Date.parse(installDateTime),
    signature:
      signingCertificate === undefined
        ? null
        : { certificatePem: signingCertificate, value: signature ?? '' },
  });
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted' };
}

export async function tellFirmwareStatus(
  station: Station,
  status: FirmwareStatus,
  requestId: number | null,
): Promise<void> {
  await station.wire
    .call('FirmwareStatusNotification', { status, ...(requestId !== null && { requestId }) })
    .catch(() => undefined);
}

interface PublishRequest {
  readonly requestId: number;
  readonly location: string;
  readonly checksum: string;
  readonly retries?: number;
  readonly retryInterval?: number;
}

/** OCPP 2.0.1 L03: the station fetches a firmware and offers it to its neighbours. */
export function publishFirmware(
  { publisher }: { readonly publisher: FirmwarePublisher },
  request: PublishRequest,
): Answer {
  publisher.start({
    requestId: request.requestId,
    location: request.location,
    checksum: request.checksum.toLowerCase(),
    retries: request.retries ?? 0,
    retryInterval_s: request.retryInterval ?? defaultInterval_s,
  });
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 L04. */
export function unpublishFirmware(
  { publisher }: { readonly publisher: FirmwarePublisher },
  request: { readonly checksum: string },
): Answer {
  return { status: publisher.unpublish(request.checksum.toLowerCase()) };
}

export function tellPublishStatus(
  station: Station,
  status: PublishStatus,
  requestId: number | null,
  location: readonly string[],
): void {
  station.say('PublishFirmwareStatusNotification', {
    status,
    ...(requestId !== null && { requestId }),
    ...(location.length > 0 && { location }),
  });
}
