import {
  chargingNeeds,
  chargingNeedsNotice,
  type ChargingNeedsRequest,
} from '#libs/protocols/ocpp201/charging-needs.js';
import type { CarWishes } from '#libs/store/car-wishes.js';
import type { TransactionEventJournal } from '#libs/store/journal/transaction-event-journal.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';
import { requireEvse } from '../require-evse.js';

export interface ChargingNeedsPorts {
  readonly observe: Observe;
  readonly transactions: Pick<TransactionEventJournal, 'openAt'>;
  readonly wishes: CarWishes;
  /** Told when a device's desired settings have changed. */
  readonly desiredChanged: (device: RegisteredDevice) => Promise<void>;
}

/**
 * OCPP 2.0.1 K15: what the car wants becomes the goal of its session, as if a person had set it; a person's own goal stands.
 * The schedule that must follow is the next lease. A car without a session has nothing to be planned.
 */
export const notifyEvChargingNeeds =
  (ports: ChargingNeedsPorts): CallHandler<ChargingNeedsRequest> =>
  async ({ device, request, receivedAt }) => {
    requireEvse(request.evseId, 0);
    const needs = chargingNeeds(request, receivedAt);
    await ports.observe(device, chargingNeedsNotice(request, needs), { deviceTime: receivedAt, receivedAt });
    const transaction = await ports.transactions.openAt(device.deviceId, request.evseId);
    if (!transaction) return { status: 'Rejected' };
    const { transactionId } = transaction;
    if (needs.departure === null && needs.energy_kWh === null) return { status: 'Accepted' };
    const isNew = await ports.wishes.wish(device.deviceId, { transactionId, ...needs });
    return new AnswerFirst({ status: 'Accepted' }, async () => {
      if (isNew) await ports.desiredChanged(device);
    });
  };
