import type { Answer } from '../protocol.js';
import type { FirmwareRequest, FirmwareStatus, FirmwareUpdates } from '../services/firmware-update.js';
import type { Station } from '../station.js';

interface Retries {
  readonly retries?: number;
  readonly retryInterval?: number;
}

const defaultInterval_s = 10;
const patience = ({ retries, retryInterval }: Retries) => ({
  retries: retries ?? 0,
  retryInterval_s: retryInterval ?? defaultInterval_s,
});

/** OCPP 1.6 5.19: a download without a signature. */
export function updateFirmware(
  { firmware }: { readonly firmware: FirmwareUpdates },
  request: Retries & { readonly location: string; readonly retrieveDate: string },
): Answer {
  firmware.start({
    requestId: null,
    location: request.location,
    ...patience(request),
    retrieveAt_ms: Date.parse(request.retrieveDate),
    installAt_ms: null,
    signature: null,
  });
  return {};
}

interface SignedRequest extends Retries {
  readonly requestId: number;
  readonly firmware: {
    readonly location: string;
    readonly retrieveDateTime: string;
    readonly installDateTime?: string;
    readonly signingCertificate: string;
    readonly signature: string;
  };
}

/** Whitepaper L01: the signing certificate must lead to an installed manufacturer root before anything is fetched. */
export function signedUpdateFirmware(
  { firmware, station }: { readonly firmware: FirmwareUpdates; readonly station: Station },
  request: SignedRequest,
): Answer {
  const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = request.firmware;
  if (!station.certificates.isTrusted(signingCertificate, 'manufacturer')) {
    station.securityEvent('InvalidFirmwareSigningCertificate', null);
    return { status: 'InvalidCertificate' };
  }
  const replaced = firmware.start({
    requestId: request.requestId,
    location,
    ...patience(request),
    retrieveAt_ms: Date.parse(retrieveDateTime),
    installAt_ms: installDateTime === undefined ? null : Date.parse(installDateTime),
    signature: { certificatePem: signingCertificate, value: signature },
  });
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted' };
}

/** What FirmwareStatusNotification of the plain edition can say; the rest it keeps to itself. */
const plainStatuses: readonly FirmwareStatus[] = [
  'Idle',
  'Downloading',
  'DownloadFailed',
  'Downloaded',
  'Installing',
  'InstallationFailed',
  'Installed',
];

/** Tells a status in the message that belongs to the kind of update. */
export async function tellFirmwareStatus(
  station: Station,
  status: FirmwareStatus,
  request: Pick<FirmwareRequest, 'requestId' | 'signature'>,
): Promise<void> {
  const { requestId, signature } = request;
  if (signature)
    await station.wire
      .call('SignedFirmwareStatusNotification', { status, ...(requestId !== null && { requestId }) })
      .catch(() => undefined);
  else if (plainStatuses.includes(status))
    await station.wire.call('FirmwareStatusNotification', { status }).catch(() => undefined);
}
