import type { SiteTopology } from '#libs/allocation/topology.js';
import type { OpenTransaction, SiteRecord } from '#libs/store/site-repository.js';
import { epochMilliseconds } from '#libs/units/quantities.js';

/** No simulated charging session has a mode that would ask for these. */
const simulatedStart = { idToken: 'SIM-CARD', startedAt: epochMilliseconds(0), meterStart_Wh: 0 };

/** What PostgreSQL holds of one site: it outlives every process. */
export class SimulatedStore {
  private readonly standingDefaults_A = new Map<string, number>();
  private readonly transactions = new Map<string, OpenTransaction & { open: boolean }>();
  private transactionIds = 0;

  constructor(
    private readonly siteId: string,
    /** The site's description, right or wrong. */
    public topology: SiteTopology,
  ) {}

  /** The journal's answer to StartTransaction; a replay gets the same one. */
  start(
    deviceId: string,
    session: number,
    now_ms: number,
  ): { readonly transactionId: number; readonly isNew: boolean } {
    const key = `${deviceId}/${session}`;
    const known = this.transactions.get(key);
    if (known) return { transactionId: known.transactionId, isNew: false };
    const transactionId = ++this.transactionIds;
    this.transactions.set(key, {
      ...simulatedStart,
      deviceId,
      connector: 1,
      transactionId,
      beganAt: epochMilliseconds(now_ms),
      open: true,
    });
    return { transactionId, isNew: true };
  }

  /** Null when this stop was journaled before. */
  stop(deviceId: string, session: number): number | null {
    const transaction = this.transactions.get(`${deviceId}/${session}`);
    if (!transaction?.open) return null;
    transaction.open = false;
    return transaction.transactionId;
  }

  confirmDefault(deviceId: string, connector: number, current_A: number): void {
    this.standingDefaults_A.set(`${deviceId}/${connector}`, current_A);
  }

  /** As libs/store/site-repository reads it: the newest open transaction of each connector. */
  record(): SiteRecord {
    const open = new Map<string, OpenTransaction>();
    for (const each of this.transactions.values()) if (each.open) open.set(each.deviceId, each);
    return {
      siteId: this.siteId,
      timeZone: 'UTC',
      topology: this.topology,
      settings: new Map(),
      standingDefaults_A: new Map(this.standingDefaults_A),
      nodeLimits: [],
      prices: [],
      tokenMaximums_A: new Map(),
      openTransactions: [...open.values()],
    };
  }
}
