import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';

/** OCPP 1.6 5.4. A new AuthorizationKey or SecurityProfile takes effect on the connection that follows the answer. */
export function changeConfiguration(
  { station }: Charger16,
  request: { readonly key: string; readonly value: string },
): Answer {
  const before = Number(station.configuration.value('SecurityProfile'));
  // Whitepaper A05: a security profile can be raised, never lowered.
  if (request.key === 'SecurityProfile' && Number(request.value) < before) return { status: 'Rejected' };
  return { status: station.configuration.change(request.key, request.value) };
}

/** OCPP 1.6 5.8. */
export function getConfiguration(
  { station }: Charger16,
  request: { readonly key?: readonly string[] },
): Answer {
  return { ...station.configuration.report(request.key ?? []) };
}

/** OCPP 1.6 5.2. */
export function changeAvailability(
  { station }: Charger16,
  request: { readonly connectorId: number; readonly type: 'Inoperative' | 'Operative' },
): Answer {
  return { status: station.changeAvailability(request.connectorId, request.type === 'Inoperative') };
}

/** OCPP 1.6 5.14: transactions end, then the charger is away and boots anew. */
export function reset(charger: Charger16, request: { readonly type: 'Soft' | 'Hard' }): Answer {
  charger.station.afterAnswer(() => {
    charger.endAll(request.type === 'Soft' ? 'SoftReset' : 'HardReset');
    void charger.station.wire.reboot('RemoteReset');
  });
  return { status: 'Accepted' };
}

/** OCPP 1.6 5.18. */
export function unlockConnector(
  { station, transactions }: Charger16,
  request: { readonly connectorId: number },
): Answer {
  const connector = station.connector(request.connectorId);
  if (!connector) return { status: 'NotSupported' };
  transactions.end(connector, 'UnlockCommand');
  return { status: connector.fault === null ? 'Unlocked' : 'UnlockFailed' };
}

/** OCPP 1.6 5.3. */
export function clearCache({ station }: Charger16): Answer {
  if (!station.configuration.isTrue('AuthorizationCacheEnabled')) return { status: 'Rejected' };
  station.cache.clear();
  return { status: 'Accepted' };
}

/** OCPP 1.6 5.6: only what the vendor table knows is understood. */
export function dataTransfer(
  { station }: Charger16,
  request: { readonly vendorId: string; readonly messageId?: string; readonly data?: string },
): Answer {
  const { status, data } = station.vendors.answer(request.vendorId, request.messageId, request.data);
  return { status, ...(data !== null && { data }) };
}
