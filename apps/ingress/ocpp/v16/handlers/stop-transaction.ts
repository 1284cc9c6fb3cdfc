import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import { meterSamples } from '#libs/protocols/ocpp16/meter-values.js';
import type { StopTransactionRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { TransactionJournal } from '#libs/store/journal/transaction-journal.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';
import { idTagInfo } from '../id-tag-info.js';
import type { TokenLookup } from './authorize.js';

export interface StopPorts {
  readonly journal: Pick<TransactionJournal, 'stop'>;
  readonly tokenInfo: TokenLookup;
  readonly observe: Observe;
  /** Told of every stop that fits no transaction. */
  readonly quarantined: (device: RegisteredDevice, transactionId: number) => void;
}

/**
 * OCPP 1.6 4.10: always acknowledged once it is in the journal; a charger repeats a refused stop for ever. Ids that are
 * unknown, 0, -1 or another station's are kept aside. `Local` is what an absent reason means (6.49).
 */
export const stopTransaction =
  (ports: StopPorts): CallHandler<StopTransactionRequest> =>
  async ({ device, request, receivedAt }) => {
    const deviceTime = deviceTimeOf(request.timestamp, receivedAt);
    const reason = request.reason ?? 'Local';
    const record = await ports.journal.stop({
      deviceId: device.deviceId,
      siteId: device.siteId,
      transactionId: request.transactionId,
      meterStop_Wh: request.meterStop,
      reason,
      deviceTime,
      receivedAt,
    });
    if (record.outcome === 'quarantined') {
      ports.quarantined(device, request.transactionId);
      await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    } else {
      const { transactionId } = request;
      const data = {
        connectorId: record.connector,
        transactionId,
        meterValue: request.transactionData ?? [],
      };
      for (const sample of meterSamples(data, receivedAt))
        await ports.observe(device, sample.event, { deviceTime: sample.deviceTime, receivedAt });
      await ports.observe(
        device,
        {
          type: 'transaction-ended',
          connector: record.connector,
          transactionId,
          meterStop_Wh: request.meterStop,
          reason,
        },
        { deviceTime, receivedAt },
      );
    }
    if (request.idTag === undefined) return {};
    return { idTagInfo: idTagInfo(await ports.tokenInfo(device, request.idTag, receivedAt)) };
  };
