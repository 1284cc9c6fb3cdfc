import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import { refusal, type IdToken } from './types.js';

interface CustomerRequest {
  readonly requestId: number;
  readonly report: boolean;
  readonly clear: boolean;
  readonly idToken?: IdToken;
  readonly customerIdentifier?: string;
  readonly customerCertificate?: { readonly serialNumber: string };
}

/** The most text in one NotifyCustomerInformation. */
const partLength = 512;

/** OCPP 2.0.1 N09, N10: what the station holds about somebody is told, and forgotten where it may be. */
export function customerInformation(charger: Charger201, request: CustomerRequest): Answer {
  const { station } = charger;
  const { requestId, report, clear, idToken, customerIdentifier, customerCertificate } = request;
  const names = [idToken?.idToken, customerIdentifier, customerCertificate?.serialNumber];
  const [name, ...more] = names.filter((one) => one !== undefined);
  if (name === undefined || more.length > 0)
    return { status: 'Invalid', ...refusal('InvalidParam', 'Name exactly one customer.') };
  if (!report && !clear) return { status: 'Rejected' };
  const held = idToken ? holdings(charger, idToken.idToken) : [];
  const text = report && held.length > 0 ? held.join('\n') : '';
  if (clear && idToken) station.cache.forget(idToken.idToken);
  const parts = text.match(new RegExp(`[^]{1,${partLength}}`, 'g')) ?? [''];
  station.wire.permit('NotifyCustomerInformation');
  station.afterAnswer(() => {
    const generatedAt = station.timestamp();
    for (const [seqNo, data] of parts.entries())
      station.say('NotifyCustomerInformation', {
        requestId,
        generatedAt,
        seqNo,
        tbc: seqNo < parts.length - 1,
        data,
      });
  });
  return { status: 'Accepted' };
}

function holdings({ station, transactions }: Charger201, token: string): string[] {
  const listed = station.localList.find(token);
  const cached = station.cache.find(token, station.now_ms());
  return [
    ...(listed ? [`local list: ${JSON.stringify(listed)}`] : []),
    ...(cached ? [`authorization cache: ${JSON.stringify(cached)}`] : []),
    ...transactions.all
      .filter((one) => one.token?.idToken === token)
      .map(({ transactionId }) => `running transaction: ${transactionId}`),
    ...station
      .calls()
      .filter(({ action, payload }) => {
        const shown = payload['idToken'] as IdToken | undefined;
        return action === 'Authorize' && shown?.idToken === token;
      })
      .map(({ at_ms }) => `asked about at ${new Date(at_ms).toISOString()}`),
  ];
}
