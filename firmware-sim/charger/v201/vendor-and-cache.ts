import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';

/** OCPP 2.0.1 C11. */
export function clearCache({ station }: Charger201): Answer {
  if (!station.configuration.isTrue('AuthorizationCacheEnabled')) return { status: 'Rejected' };
  station.cache.clear();
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 P01: only what the vendor table knows is understood; data that is no text is handed over as JSON. */
export function dataTransfer(
  { station }: Charger201,
  request: { readonly vendorId: string; readonly messageId?: string; readonly data?: unknown },
): Answer {
  const { vendorId, messageId, data } = request;
  const text = typeof data === 'string' || data === undefined ? data : JSON.stringify(data);
  const answer = station.vendors.answer(vendorId, messageId, text);
  return { status: answer.status, ...(answer.data !== null && { data: answer.data }) };
}
