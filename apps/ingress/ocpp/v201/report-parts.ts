import type { DeviceReportStore, ReportPart } from '#libs/store/device-reports.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Observe } from '../../observe.js';

export interface ReportPorts {
  readonly observe: Observe;
  readonly reports: Pick<DeviceReportStore, 'keepPart'>;
}

/** JSON integers reach beyond int8; such a number is nothing we ever asked. */
const safe = (value: number): number =>
  Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);

/** Counts a part of a report; the last missing one is told as a notice, the others are signs of life. */
export async function keepPart(
  { observe, reports }: ReportPorts,
  device: RegisteredDevice,
  part: ReportPart,
): Promise<void> {
  const { kind, receivedAt } = part;
  const requestId = safe(part.requestId);
  const sequence = safe(part.sequence);
  const progress = await reports.keepPart(device.deviceId, { ...part, requestId, sequence });
  const times = { deviceTime: receivedAt, receivedAt };
  if (!progress.complete || progress.replayed) return observe(device, { type: 'heard' }, times);
  const detail = { requestId, parts: progress.parts };
  await observe(device, { type: 'notice', topic: 'report', code: kind, severity: 8, detail }, times);
}
