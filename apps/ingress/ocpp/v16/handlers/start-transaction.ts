import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { StartTransactionRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { TransactionJournal } from '#libs/store/journal/transaction-journal.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, requireConnector, type CallHandler } from '../../call-handler.js';
import { idTagInfo } from '../id-tag-info.js';
import { remoteStartWindow_ms } from './authorize.js';

export interface StartPorts {
  readonly journal: Pick<TransactionJournal, 'start'>;
  readonly observe: Observe;
}

/**
 * OCPP 1.6 4.8: journalled before it is answered, whoever's token it is: the energy flows already. A token we do not
 * know gets its transaction id together with `Invalid`, and the charger decides by its own configuration.
 */
export const startTransaction =
  (ports: StartPorts): CallHandler<StartTransactionRequest> =>
  async ({ device, request, receivedAt }) => {
    requireConnector(request.connectorId);
    const deviceTime = deviceTimeOf(request.timestamp, receivedAt);
    const { transactionId, token } = await ports.journal.start({
      deviceId: device.deviceId,
      siteId: device.siteId,
      connector: request.connectorId,
      idToken: request.idTag,
      meterStart_Wh: request.meterStart,
      reservationId: request.reservationId ?? null,
      remoteStartSince: receivedAt - remoteStartWindow_ms,
      deviceTime,
      receivedAt,
    });
    const event = {
      type: 'transaction-started' as const,
      connector: request.connectorId,
      transactionId,
      idToken: request.idTag,
      meterStart_Wh: request.meterStart,
    };
    // Published again on a replay: the first word may have been lost between journal and bus.
    return new AnswerFirst({ transactionId, idTagInfo: idTagInfo(token) }, () =>
      ports.observe(device, event, { deviceTime, receivedAt }),
    );
  };
