import type { ChargingProfile } from '#libs/protocols/ocppj/charging-profile.js';
import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';

interface StartRequest {
  readonly connectorId?: number;
  readonly idTag: string;
  readonly chargingProfile?: ChargingProfile;
}

/** OCPP 1.6 5.11: needs a car that waits; without a connector number the first that fits is taken. */
export function remoteStart({ station, transactions }: Charger16, request: StartRequest): Answer {
  const { connectorId, idTag, chargingProfile } = request;
  // 4.2: while the registration is pending no transaction is started from afar.
  if (!station.online) return { status: 'Rejected' };
  const connector = station.connectors.find(
    (candidate) =>
      (connectorId ?? candidate.number) === candidate.number &&
      candidate.car &&
      station.isFree(candidate, idTag),
  );
  if (!connector) return { status: 'Rejected' };
  if (chargingProfile) {
    if (chargingProfile.chargingProfilePurpose !== 'TxProfile') return { status: 'Rejected' };
    transactions.applyWhenStarted(connector, chargingProfile);
  }
  station.afterAnswer(() => {
    if (station.configuration.isTrue('AuthorizeRemoteTxRequests')) connector.waitingCard = idTag;
    else transactions.start(connector, idTag);
  });
  return { status: 'Accepted' };
}

/** OCPP 1.6 5.12. */
export function remoteStop(
  { station, transactions }: Charger16,
  request: { readonly transactionId: number },
): Answer {
  const connector = station.connectors.find(
    ({ transaction }) => transaction?.transactionId === request.transactionId,
  );
  if (!connector || !station.online) return { status: 'Rejected' };
  station.afterAnswer(() => transactions.end(connector, 'Remote'));
  return { status: 'Accepted' };
}
