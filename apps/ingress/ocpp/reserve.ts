import type { CommandRequest } from '#libs/contracts/command.js';
import { call, unsupported, type CommandCall } from '#libs/protocols/ocppj/command-call.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { ReservationStore } from '#libs/store/reservations.js';
import type { Clock } from '#libs/units/clock.js';

export type ReservationRequest = Extract<
  CommandRequest,
  { action: 'reserve-connector' | 'cancel-reservation' }
>;
export const isReservation = (request: CommandRequest): request is ReservationRequest =>
  request.action === 'reserve-connector' || request.action === 'cancel-reservation';

export interface ReservePorts {
  readonly reservations: Pick<ReservationStore, 'ask' | 'change'>;
  readonly clock: Clock;
}

export interface ReserveNow {
  readonly reservationId: number;
  readonly connector: number;
  readonly idToken: string;
  /** ISO 8601. */
  readonly until: string;
}

/** OCPP 1.6 5.13 and 5.2, OCPP 2.0.1 H01 and H02: the number of a reservation is ours, and its row is there before the call. */
export async function reservationCall(
  { reservations, clock }: ReservePorts,
  device: RegisteredDevice,
  request: ReservationRequest,
  payload: (reserve: ReserveNow) => object,
): Promise<CommandCall> {
  const { deviceId, siteId } = device;
  if (request.action === 'cancel-reservation') {
    const { reservationId } = request;
    return {
      kind: 'call',
      action: 'CancelReservation',
      payload: { reservationId },
      concluded: async (state) => {
        if (state === 'accepted')
          await reservations.change(deviceId, reservationId, 'cancelled', clock.now());
      },
    };
  }
  const { connector, idToken, until } = request;
  const expiresAt = Date.parse(until);
  if (expiresAt <= clock.now()) return unsupported('The reservation would already have ended.');
  const reservationId = await reservations.ask(
    { deviceId, siteId, connector, token: idToken, expiresAt },
    clock.now(),
  );
  return {
    ...call('ReserveNow', payload({ reservationId, connector, idToken, until })),
    concluded: async (state) => {
      // Unanswered: it may be in force, so it stays asked until the charger or its end says more.
      if (state === 'accepted') await reservations.change(deviceId, reservationId, 'reserved', clock.now());
      if (state === 'rejected') await reservations.change(deviceId, reservationId, 'refused', clock.now());
    },
  } as CommandCall;
}
