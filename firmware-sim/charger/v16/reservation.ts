import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';

interface ReserveRequest {
  readonly connectorId: number;
  readonly expiryDate: string;
  readonly idTag: string;
  readonly parentIdTag?: string;
  readonly reservationId: number;
}

/** OCPP 1.6 5.13. Connector 0 stands for any of them. */
export function reserveNow({ station }: Charger16, request: ReserveRequest): Answer {
  const { connectorId, expiryDate, idTag, parentIdTag, reservationId } = request;
  const refused = station.refusesReservation(connectorId, reservationId);
  if (refused) return { status: refused };
  station.reservations.keep({
    id: reservationId,
    connectorId,
    token: idTag,
    group: parentIdTag ?? null,
    expires_ms: Date.parse(expiryDate),
  });
  return { status: 'Accepted' };
}

/** OCPP 1.6 5.1. */
export function cancelReservation(
  { station }: Charger16,
  request: { readonly reservationId: number },
): Answer {
  return { status: station.reservations.remove(request.reservationId) ? 'Accepted' : 'Rejected' };
}
