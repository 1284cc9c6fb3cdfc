import type { Answer } from '../protocol.js';
import type { Station } from '../station.js';
import type { IdToken } from './types.js';

interface ReserveRequest {
  readonly id: number;
  readonly expiryDateTime: string;
  readonly idToken: IdToken;
  readonly evseId?: number;
  readonly groupIdToken?: IdToken;
}

/** OCPP 2.0.1 H01: one EVSE, or without one any of them. */
export function reserveNow({ station }: { readonly station: Station }, request: ReserveRequest): Answer {
  const { id, expiryDateTime, idToken, evseId = 0, groupIdToken } = request;
  const refused = station.refusesReservation(evseId, id);
  if (refused) return { status: refused };
  station.reservations.keep({
    id,
    connectorId: evseId,
    token: idToken.idToken,
    group: groupIdToken?.idToken ?? null,
    expires_ms: Date.parse(expiryDateTime),
  });
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 H02. */
export function cancelReservation(
  { station }: { readonly station: Station },
  request: { readonly reservationId: number },
): Answer {
  return { status: station.reservations.remove(request.reservationId) ? 'Accepted' : 'Rejected' };
}

/** OCPP 2.0.1 H04, H01.FR.24: what expires, or can no longer be kept, is told. */
export function keepReservations(station: Station, now_ms: number): void {
  const tell = (reservationId: number, reservationUpdateStatus: 'Expired' | 'Removed'): void =>
    station.say('ReservationStatusUpdate', { reservationId, reservationUpdateStatus });
  for (const { id } of station.reservations.expire(now_ms)) tell(id, 'Expired');
  for (const connector of station.connectors) {
    const reservation = station.reservations.on(connector.number);
    if (!reservation || (connector.fault === null && !connector.unavailable)) continue;
    station.reservations.remove(reservation.id);
    tell(reservation.id, 'Removed');
  }
}
