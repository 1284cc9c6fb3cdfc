import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import { plain } from './profile-archive.js';
import { onlyConnectorId, refusal, type ChargingProfile201, type Evse, type IdToken } from './types.js';

interface StartRequest {
  readonly evseId?: number;
  readonly remoteStartId: number;
  readonly idToken: IdToken;
  readonly chargingProfile?: ChargingProfile201;
}

/** OCPP 2.0.1 F01, F02: with or without a car; without one the station waits for it. */
export function requestStart(charger: Charger201, request: StartRequest): Answer {
  const { station, transactions, profiles } = charger;
  const { evseId, remoteStartId, idToken, chargingProfile } = request;
  const refuse = (code: string, why: string): Answer => ({ status: 'Rejected', ...refusal(code, why) });
  // B02.FR.05: while the registration is pending no transaction is started from afar.
  if (!station.online) return refuse('NotAccepted', 'The station is not accepted yet.');
  const fitting = station.connectors.filter(
    (connector) =>
      (evseId ?? connector.number) === connector.number &&
      station.isFree(connector, idToken.idToken) &&
      !transactions.on(connector)?.token,
  );
  const connector = fitting.find(({ car }) => car) ?? fitting[0];
  if (!connector) return refuse('Occupied', 'No EVSE is free for this card.');
  if (chargingProfile && chargingProfile.chargingProfilePurpose !== 'TxProfile')
    return refuse('InvalidProfile', 'Only a TxProfile can come with a start.');
  const running = transactions.on(connector);
  const begin = (): void => {
    const transaction = transactions.authorized(connector, idToken, remoteStartId);
    if (!transaction || !chargingProfile) return;
    const { transactionId, startedAt_ms } = transaction;
    station.profiles.set(connector.number, plain(chargingProfile), { transactionId, startedAt_ms });
    profiles.note(connector.number, { ...chargingProfile, transactionId }, 'CSO');
  };
  station.afterAnswer(() => {
    if (station.configuration.isTrue('AuthorizeRemoteTxRequests'))
      charger.authorization.ask(idToken).then(
        ({ status }) => status === 'Accepted' && begin(),
        () => undefined,
      );
    else begin();
  });
  return { status: 'Accepted', ...(running && { transactionId: running.transactionId }) };
}

/** OCPP 2.0.1 F03. */
export function requestStop(
  { station, transactions }: Charger201,
  request: { readonly transactionId: string },
): Answer {
  const transaction = transactions.byId(request.transactionId);
  if (!transaction || !station.online)
    return { status: 'Rejected', ...refusal('TxNotFound', 'That transaction does not run here.') };
  station.afterAnswer(() => transactions.stop(transaction.connector, 'Remote', 'RemoteStop', null));
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 E14. */
export function getTransactionStatus(
  { transactions }: Charger201,
  { transactionId }: { readonly transactionId?: string },
): Answer {
  const { outbox } = transactions.events;
  if (transactionId === undefined) return { messagesInQueue: outbox.length > 0 };
  return {
    ongoingIndicator: transactions.byId(transactionId) !== null,
    messagesInQueue: outbox.holds((message) => message.transactionId === transactionId),
  };
}

/** OCPP 2.0.1 F05: a cable is not let go while somebody pays for what flows through it. */
export function unlockConnector(
  { station, transactions }: Charger201,
  request: { readonly evseId: number; readonly connectorId: number },
): Answer {
  const connector = station.connector(request.evseId);
  if (!connector || request.connectorId !== onlyConnectorId) return { status: 'UnknownConnector' };
  if (transactions.on(connector)?.token) return { status: 'OngoingAuthorizedTransaction' };
  return { status: connector.fault === null ? 'Unlocked' : 'UnlockFailed' };
}

/** OCPP 2.0.1 G03, G04. */
export function changeAvailability(
  { station }: Charger201,
  request: { readonly evse?: Evse; readonly operationalStatus: 'Inoperative' | 'Operative' },
): Answer {
  const { evse, operationalStatus } = request;
  if (evse?.connectorId !== undefined && evse.connectorId !== onlyConnectorId) return { status: 'Rejected' };
  return { status: station.changeAvailability(evse?.id ?? 0, operationalStatus === 'Inoperative') };
}

interface ResetRequest {
  readonly type: 'Immediate' | 'OnIdle' | 'ImmediateAndResume';
  readonly evseId?: number;
}

/** OCPP 2.0.1 B11, B12: at once or when no transaction runs, the whole station or one EVSE. */
export function reset(charger: Charger201, { type, evseId }: ResetRequest): Answer {
  const { station, transactions } = charger;
  const chosen = station.connectors.filter(({ number }) => (evseId ?? number) === number);
  if (chosen.length === 0)
    return { status: 'Rejected', ...refusal('UnknownEvse', `There is no EVSE ${evseId}.`) };
  const endAll = (): void => {
    for (const connector of chosen) transactions.stop(connector, 'ImmediateReset', 'ResetCommand', null);
  };
  const restart = (): void => {
    if (type === 'Immediate') endAll();
    if (evseId === undefined) void station.wire.reboot('RemoteReset');
    else for (const connector of chosen) charger.reportStatus(connector);
  };
  const busy = chosen.some((connector) => transactions.on(connector));
  if (type === 'OnIdle' && busy) {
    charger.resetWhenIdle = restart;
    return { status: 'Scheduled' };
  }
  station.afterAnswer(restart);
  return { status: 'Accepted' };
}
