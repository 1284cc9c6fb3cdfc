import { sessionCost, sessionEnergy_Wh } from '#libs/devices/session-energy.js';
import type { Queryable } from './pool.js';
import { readPrices } from './prices.js';
import {
  listSessions,
  sessionReadings,
  type SessionPosition,
  type SessionQuery,
  type SessionRow,
} from './session-history.js';

export interface PricedSession extends SessionRow {
  /** Null while it runs, and when a register that fell back left it unknown. */
  readonly energy_Wh: number | null;
  readonly cost: number | null;
  /** ISO 4217; null exactly when the cost is unknown. */
  readonly currency: string | null;
}

const pageSize = 1_000;

/** Sessions with what they took and cost, newest first. */
export async function pricedSessions(
  client: Queryable,
  query: SessionQuery,
  after: SessionPosition | null,
  count: number,
): Promise<readonly PricedSession[]> {
  const rows = await listSessions(client, query, after, count);
  const ended = rows.filter(({ endedAt }) => endedAt !== null);
  const readings = await sessionReadings(
    client,
    ended.map(({ transactionId }) => transactionId),
  );
  const from = Math.min(...ended.map(({ startedAt }) => startedAt.getTime()));
  const until = Math.max(...ended.map(({ endedAt }) => endedAt?.getTime() ?? 0));
  const prices =
    ended.length === 0
      ? null
      : await readPrices(client, query.locationId, new Date(from), new Date(until + 1));
  return rows.map((row) => {
    const registers = {
      startedAt: row.startedAt.getTime(),
      meterStart_Wh: row.meterStart_Wh,
      endedAt: row.endedAt?.getTime() ?? null,
      meterStop_Wh: row.meterStop_Wh,
    };
    const read = readings.get(row.transactionId) ?? [];
    const cost = prices && sessionCost(registers, read, prices.slots);
    return {
      ...row,
      energy_Wh: sessionEnergy_Wh(registers, read),
      cost,
      currency: cost === null ? null : (prices?.currency ?? null),
    };
  });
}

/** All of them, a page at a time, so that however many there are they are never in memory at once. */
export async function* allPricedSessions(
  client: Queryable,
  query: SessionQuery,
): AsyncGenerator<readonly PricedSession[]> {
  let after: SessionPosition | null = null;
  for (;;) {
    const page: readonly PricedSession[] = await pricedSessions(client, query, after, pageSize);
    if (page.length > 0) yield page;
    after = page.at(-1) ?? null;
    if (page.length < pageSize) return;
  }
}
