import type { Connector } from '../connector.js';
import type { Station } from '../station.js';
import type { TokenEntry } from '../token-book.js';
import type { Transactions201 } from './transactions.js';
import type { IdToken, IdTokenInfo } from './types.js';

/** How a card shown to this station's reader is named on the wire. */
export const cardToken = (idToken: string): IdToken => ({ idToken, type: 'ISO14443' });

export function tokenEntry201({ status, cacheExpiryDateTime, groupIdToken }: IdTokenInfo): TokenEntry {
  return {
    status,
    expires_ms: cacheExpiryDateTime === undefined ? null : Date.parse(cacheExpiryDateTime),
    group: groupIdToken?.idToken ?? null,
  };
}

/** Cards at the reader: local list, cache, and the central system (OCPP 2.0.1 C01 to C14). */
export class Authorization201 {
  private readonly asking = new Set<Connector>();

  constructor(
    private readonly station: Station,
    private readonly transactions: Transactions201,
  ) {}

  /** AuthorizeRequest; the verdict goes into the cache (C10.FR.05). */
  async ask(token: IdToken): Promise<IdTokenInfo> {
    const answer = await this.station.wire.call('Authorize', { idToken: token });
    const { idTokenInfo } = answer as { readonly idTokenInfo: IdTokenInfo };
    if (this.station.configuration.isTrue('AuthorizationCacheEnabled'))
      this.station.cache.remember(token.idToken, tokenEntry201(idTokenInfo));
    return idTokenInfo;
  }

  async readCard(connector: Connector): Promise<void> {
    const card = connector.waitingCard;
    if (card === null || this.asking.has(connector)) return;
    if (this.transactions.on(connector)?.token) return this.stopByCard(connector, card);
    if (!this.station.isFree(connector, card) || this.station.wire.contact() === 'greeting') return;
    const verdict = this.station.judge(card);
    if (verdict === 'refused') return;
    if (verdict === 'accepted') return this.admit(connector, cardToken(card));
    this.asking.add(connector);
    try {
      const { status } = await this.ask(cardToken(card));
      if (connector.waitingCard !== card) return;
      if (status === 'Accepted') this.admit(connector, cardToken(card));
      connector.waitingCard = null;
    } catch {
      // The connection died while asking: the card still waits and the next tick reads it again.
    } finally {
      this.asking.delete(connector);
    }
  }

  private admit(connector: Connector, token: IdToken): void {
    connector.waitingCard = null;
    this.transactions.authorized(connector, token, null);
  }

  /** C01.FR.03, C09: the same card, or one of its group, stops; the group of an unknown card is asked for. */
  private async stopByCard(connector: Connector, card: string): Promise<void> {
    connector.waitingCard = null;
    const owner = this.transactions.on(connector)?.token;
    if (!owner) return;
    if (owner.idToken === card) return this.stop(connector, card);
    const { station } = this;
    if (station.groupOf(card) === null && station.online)
      await this.ask(cardToken(card)).catch(() => undefined);
    const group = station.groupOf(card);
    if (group !== null && group === station.groupOf(owner.idToken)) this.stop(connector, card);
  }

  private stop(connector: Connector, card: string): void {
    this.transactions.stop(connector, 'Local', 'StopAuthorized', cardToken(card));
  }
}
