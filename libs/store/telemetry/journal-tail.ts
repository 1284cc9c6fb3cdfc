import type { Observation } from '#libs/contracts/observation.js';
import type { Queryable } from '../pool.js';

/** One entry of the journal, told again as the observations it was. */
export interface JournalEntry {
  readonly sequence: number;
  readonly observations: readonly Observation[];
}

interface TransactionRow {
  readonly sequence: number;
  readonly id: number;
  readonly siteId: string;
  readonly deviceId: string;
  readonly connector: number;
  readonly idToken: string;
  readonly startedAt: Date;
  readonly startReceivedAt: Date;
  readonly meterStart_Wh: number;
  readonly endedAt: Date | null;
  readonly endReceivedAt: Date | null;
  readonly meterStop_Wh: number | null;
  readonly stopReason: string | null;
}

interface HubEventRow {
  readonly sequence: number;
  readonly siteId: string;
  readonly deviceId: string;
  readonly hubSequence: number;
  readonly category: 'alarm' | 'restore' | 'tamper' | 'fault' | 'arming' | 'information';
  readonly code: string;
  readonly zone: string | null;
  readonly text: string;
  readonly deviceTime: Date;
  readonly receivedAt: Date;
}

/** Follows the journal by its sequence, for whoever must miss nothing that was answered to a device. */
export class JournalTail {
  constructor(
    private readonly client: Queryable,
    private readonly projection: string,
  ) {}

  /** How far the projection said it has come; 0 at first. */
  async progress(): Promise<number> {
    const { rows } = await this.client.query<{ sequence: number }>(
      'SELECT journal_sequence AS sequence FROM projection_progress WHERE projection = $1',
      [this.projection],
    );
    return rows[0]?.sequence ?? 0;
  }

  async saveProgress(sequence: number): Promise<void> {
    await this.client.query(
      `INSERT INTO projection_progress (projection, journal_sequence) VALUES ($1, $2)
       ON CONFLICT (projection) DO UPDATE
         SET journal_sequence = greatest(projection_progress.journal_sequence, excluded.journal_sequence)`,
      [this.projection, sequence],
    );
  }

  /** The next entries behind `after`, by sequence, at most `count` of each kind and none beyond what both kinds reached. */
  async read(after: number, count: number): Promise<readonly JournalEntry[]> {
    const [transactions, hubEvents] = await Promise.all([
      this.client.query<TransactionRow>(
        `SELECT journal_sequence AS sequence, id, location_id AS "siteId", device_id AS "deviceId", connector,
                id_token AS "idToken", started_at AS "startedAt", start_received_at AS "startReceivedAt",
                meter_start_wh AS "meterStart_Wh", ended_at AS "endedAt", end_received_at AS "endReceivedAt",
                meter_stop_wh AS "meterStop_Wh", stop_reason AS "stopReason"
           FROM charging_transactions
          -- OCPP 2.0.1 may begin a transaction before anybody knows at which EVSE.
          WHERE journal_sequence > $1 AND (connector > 0 OR station_transaction_id IS NULL)
          ORDER BY journal_sequence LIMIT $2`,
        [after, count],
      ),
      this.client.query<HubEventRow>(
        `SELECT journal_sequence AS sequence, location_id AS "siteId", device_id AS "deviceId",
                sequence AS "hubSequence", category, code, zone, text, device_time AS "deviceTime",
                received_at AS "receivedAt"
           FROM hub_events WHERE journal_sequence > $1 ORDER BY journal_sequence LIMIT $2`,
        [after, count],
      ),
    ]);
    const full = [transactions.rows, hubEvents.rows].filter((rows) => rows.length === count);
    const horizon = Math.min(Infinity, ...full.map((rows) => rows.at(-1)?.sequence ?? Infinity));
    return [...transactions.rows.map(fromTransaction), ...hubEvents.rows.map(fromHubEvent)]
      .filter(({ sequence }) => sequence <= horizon)
      .toSorted((a, b) => a.sequence - b.sequence);
  }
}

function fromTransaction(row: TransactionRow): JournalEntry {
  const { id: transactionId, siteId, deviceId, connector, idToken, meterStart_Wh } = row;
  const source = { siteId, deviceId, deviceKind: 'charger' as const };
  const observations: Observation[] = [
    {
      ...source,
      deviceTime: row.startedAt.getTime(),
      receivedAt: row.startReceivedAt.getTime(),
      event: { type: 'transaction-started', connector, transactionId, idToken, meterStart_Wh },
    },
  ];
  if (row.endedAt && row.endReceivedAt) {
    observations.push({
      ...source,
      deviceTime: row.endedAt.getTime(),
      receivedAt: row.endReceivedAt.getTime(),
      event: {
        type: 'transaction-ended',
        connector,
        transactionId,
        // OCPP 2.0.1 may end without ever telling a register: then no energy is known.
        meterStop_Wh: row.meterStop_Wh ?? row.meterStart_Wh,
        reason: row.stopReason ?? '',
      },
    });
  }
  return { sequence: row.sequence, observations };
}

function fromHubEvent(row: HubEventRow): JournalEntry {
  const { siteId, deviceId, hubSequence: sequence, category, code, zone, text } = row;
  const observation: Observation = {
    siteId,
    deviceId,
    deviceKind: 'hub',
    deviceTime: row.deviceTime.getTime(),
    receivedAt: row.receivedAt.getTime(),
    event: { type: 'hub-event', sequence, category, code, zone, text },
  };
  return { sequence: row.sequence, observations: [observation] };
}
