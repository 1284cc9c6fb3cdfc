import type { Observation } from '#libs/contracts/observation.js';
import { connectorKey } from '#libs/allocation/compile.js';
import type { OpenTransaction } from '#libs/store/site-repository.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

/** What is known of a charging session beside its current. */
export interface SessionFacts {
  readonly transactionId: number;
  /** Null: its start was not heard of. */
  readonly idToken: string | null;
  readonly startedAt: EpochMilliseconds;
  /** The charger's counter at the start, or when it was first heard of; null: no word of it yet. */
  readonly meterStart_Wh: number | null;
  readonly delivered_Wh: number;
}

/** The latest session of each connector of a site, by `deviceId/connector`. */
export class Sessions {
  private readonly byKey = new Map<string, SessionFacts>();

  /** What the journal says goes before what an earlier actor heard, except for the energy delivered since. */
  constructor(open: readonly OpenTransaction[], before: Sessions | null) {
    for (const [key, facts] of before?.byKey ?? []) this.byKey.set(key, facts);
    for (const { deviceId, connector, transactionId, idToken, startedAt, meterStart_Wh } of open) {
      const key = connectorKey(deviceId, connector);
      const known = this.byKey.get(key);
      if (known && known.transactionId > transactionId) continue;
      const delivered_Wh = known?.transactionId === transactionId ? known.delivered_Wh : 0;
      this.byKey.set(key, { transactionId, idToken, startedAt, meterStart_Wh, delivered_Wh });
    }
  }

  of(key: string): SessionFacts | null {
    return this.byKey.get(key) ?? null;
  }

  /** Takes in what an observation says of a session; answers what it changed. */
  take({ deviceId, receivedAt, event }: Observation): 'session' | 'energy' | null {
    if (event.type !== 'transaction-started' && event.type !== 'meter-sample') return null;
    const key = connectorKey(deviceId, event.connector);
    const known = this.byKey.get(key) ?? null;
    const { transactionId } = event;
    if (transactionId === null || (known && transactionId < known.transactionId)) return null;
    const fresh: SessionFacts = {
      transactionId,
      idToken: null,
      startedAt: epochMilliseconds(receivedAt),
      meterStart_Wh: null,
      delivered_Wh: 0,
    };
    if (event.type === 'transaction-started') {
      const { idToken, meterStart_Wh } = event;
      // OCPP 2.0.1 E02: a session may begin before a card was held or a meter read; then its start is told again.
      const told = known?.idToken === idToken && known.meterStart_Wh === meterStart_Wh;
      if (known?.transactionId === transactionId && told) return null;
      this.byKey.set(key, { ...fresh, idToken, meterStart_Wh });
      return 'session';
    }
    const facts = known?.transactionId === transactionId ? known : fresh;
    const { energy_Wh } = event;
    if (energy_Wh === null || !Number.isFinite(energy_Wh)) {
      this.byKey.set(key, facts);
      return facts === fresh ? 'session' : null;
    }
    const meterStart_Wh = facts.meterStart_Wh ?? energy_Wh;
    // A counter that was reset says nothing; what was delivered stays delivered.
    const delivered_Wh = Math.max(facts.delivered_Wh, energy_Wh - meterStart_Wh);
    this.byKey.set(key, { ...facts, meterStart_Wh, delivered_Wh });
    return facts === fresh ? 'session' : 'energy';
  }
}
