import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { ConnectorSettings } from './connector-settings.js';
import { forgetCar, noteCommitted, takeSample, type ConnectorState } from './connector-state.js';
import type { SiteState } from './site-state.js';

/** Pause before a message that never left the edge is offered again. */
const retryUndelivered_ms = 1_000;
const longAgo = -1e15 as EpochMilliseconds;

/** What the allocator hears of one connector. */
export type ConnectorEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'plugged-in' }
  | { readonly type: 'unplugged' }
  | { readonly type: 'usable'; readonly usable: boolean }
  /** `resumed`: known from the journal after a restart, so an earlier setpoint may still be in force. */
  | { readonly type: 'started'; readonly transactionId: number; readonly resumed: boolean }
  | { readonly type: 'ended'; readonly transactionId: number }
  | { readonly type: 'sampled'; readonly current_A: PerPhase }
  | {
      readonly type: 'answered';
      readonly limitId: string;
      readonly outcome: 'accepted' | 'rejected' | 'unknown' | 'undelivered';
    }
  | { readonly type: 'settings'; readonly settings: ConnectorSettings }
  /** The standing default the charger confirmed in an earlier life of ours. */
  | { readonly type: 'fallback-known'; readonly current_A: number };

/** Takes one event of the connector at `index` into the site's state. */
export function observe(state: SiteState, index: number, at: EpochMilliseconds, event: ConnectorEvent): void {
  const connector = state.connectors[index];
  if (!connector) return;
  switch (event.type) {
    case 'connected':
      connector.connected = true;
      connector.fallbackIsDue = true;
      connector.fallbackSentAt = longAgo;
      connector.lastSentAt = longAgo;
      return;
    case 'disconnected':
      connector.connected = false;
      return;
    case 'plugged-in':
      if (!connector.pluggedIn && connector.transactionId === null) forgetCar(state.site, connector);
      connector.pluggedIn = true;
      return;
    case 'unplugged':
      connector.pluggedIn = false;
      return;
    case 'usable':
      connector.usable = event.usable;
      return;
    case 'started':
      start(state, connector, event.transactionId, event.resumed);
      return;
    case 'ended':
      // A late Stop of an earlier transaction says nothing about the present one.
      if (connector.transactionId !== event.transactionId) return;
      connector.transactionId = null;
      forgetCar(state.site, connector);
      return;
    case 'sampled':
      // Nonsense readings are no evidence: the connector then counts at what is committed.
      if (event.current_A.every((value) => Number.isFinite(value) && value >= 0))
        takeSample(state.site, connector, { at, current_A: event.current_A }, state.policy);
      return;
    case 'answered':
      noteCommitted(connector, at);
      connector.commitment.answered(event.limitId, event.outcome);
      // The charger was not ready for it; a standing default is too important to wait for its full turn.
      if (event.outcome === 'undelivered')
        connector.fallbackSentAt = epochMilliseconds(at + retryUndelivered_ms - state.policy.answerWithin);
      return;
    case 'settings':
      connector.settings = event.settings;
      return;
    case 'fallback-known':
      connector.commitment.knowFallback(event.current_A);
      return;
  }
}

function start(state: SiteState, connector: ConnectorState, transactionId: number, resumed: boolean): void {
  if (transactionId <= connector.latestTransactionId) return;
  connector.latestTransactionId = transactionId;
  connector.transactionId = transactionId;
  connector.lastSentAt = longAgo;
  if (resumed) return;
  forgetCar(state.site, connector);
  connector.commitment.restarted();
}
