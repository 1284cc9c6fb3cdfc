import type { Observation } from '#libs/contracts/observation.js';
import { connectorKey } from '#libs/allocation/compile.js';
import { orderTime } from '#libs/devices/device-time.js';
import { beganLater } from '#libs/devices/transaction-order.js';
import type { OpenTransaction } from '#libs/store/site-repository.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

/** What is known of a charging session beside its current. */
export interface SessionFacts {
  readonly transactionId: number;
  /** Null: its start was not heard of. */
  readonly idToken: string | null;
  /** When we first heard of it. */
  readonly startedAt: EpochMilliseconds;
  /** When it began by `orderTime`, which tells older from newer. */
  readonly beganAt: EpochMilliseconds;
  /** The charger's counter at the start, or when it was first heard of; null: no word of it yet. */
  readonly meterStart_Wh: number | null;
  readonly delivered_Wh: number;
}

type Placed = Pick<SessionFacts, 'transactionId' | 'beganAt'>;
const isLater = (one: Placed, other: Placed): boolean =>
  beganLater(
    { transactionId: one.transactionId, startedAt: one.beganAt },
    { transactionId: other.transactionId, startedAt: other.beganAt },
  );

/** The latest session of each connector of a site, by `deviceId/connector`. */
export class Sessions {
  private readonly byKey = new Map<string, SessionFacts>();

  /** What the journal says goes before what an earlier actor heard, except for the energy delivered since. */
  constructor(open: readonly OpenTransaction[], before: Sessions | null) {
    for (const [key, facts] of before?.byKey ?? []) this.byKey.set(key, facts);
    for (const { deviceId, connector, ...told } of open) {
      const key = connectorKey(deviceId, connector);
      const known = this.byKey.get(key);
      if (known && isLater(known, told)) continue;
      const delivered_Wh = known?.transactionId === told.transactionId ? known.delivered_Wh : 0;
      this.byKey.set(key, { ...told, delivered_Wh });
    }
  }

  of(key: string): SessionFacts | null {
    return this.byKey.get(key) ?? null;
  }

  /** What it tells is of a session before the latest one of its connector: it came late (OCPP 2.0.1 E04). */
  isOfThePast({ deviceId, deviceTime, receivedAt, event }: Observation): boolean {
    if (!('connector' in event)) return false;
    const known = this.byKey.get(connectorKey(deviceId, event.connector));
    if (!known) return false;
    const at = epochMilliseconds(orderTime(deviceTime, receivedAt));
    if (event.type === 'connector-status') return at < known.beganAt;
    if (event.type !== 'transaction-started' && event.type !== 'meter-sample') return false;
    const { transactionId } = event;
    if (transactionId === null || transactionId === known.transactionId) return false;
    // A sample does not tell when its session began; its id has to be of the present, too.
    if (event.type === 'meter-sample') return transactionId < known.transactionId || at < known.beganAt;
    return isLater(known, { transactionId, beganAt: at });
  }

  /** Takes in what an observation says of a session; answers what it changed. */
  take(observation: Observation): 'session' | 'energy' | null {
    const { deviceId, deviceTime, receivedAt, event } = observation;
    if (event.type !== 'transaction-started' && event.type !== 'meter-sample') return null;
    const key = connectorKey(deviceId, event.connector);
    const known = this.byKey.get(key) ?? null;
    const { transactionId } = event;
    if (transactionId === null || this.isOfThePast(observation)) return null;
    const fresh: SessionFacts = {
      transactionId,
      idToken: null,
      startedAt: epochMilliseconds(receivedAt),
      beganAt: epochMilliseconds(orderTime(deviceTime, receivedAt)),
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
