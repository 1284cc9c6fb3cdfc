import { reservationNotice } from '#libs/protocols/ocpp201/notices.js';
import type { ReservationStore } from '#libs/store/reservations.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

export interface ReservationUpdatePorts {
  readonly observe: Observe;
  readonly reservations: Pick<ReservationStore, 'change'>;
}

/** OCPP 2.0.1 H04: the station gave a reservation up; that one has expired we know by ourselves. */
export const reservationStatusUpdate =
  (
    ports: ReservationUpdatePorts,
  ): CallHandler<{ readonly reservationId: number; readonly reservationUpdateStatus: string }> =>
  async ({ device, request, receivedAt }) => {
    if (request.reservationUpdateStatus === 'Removed')
      await ports.reservations.change(device.deviceId, request.reservationId, 'removed', receivedAt);
    await ports.observe(device, reservationNotice(request), { deviceTime: receivedAt, receivedAt });
    return {};
  };
