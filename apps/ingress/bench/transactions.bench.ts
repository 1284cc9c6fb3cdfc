import type { Pool } from '#libs/store/pool.js';
import { seedCrowd, startBenchEdge } from './bench-edge.js';
import { basic, boot, quantile, rounded, StationClient } from './station-client.js';

const stationCounts = [1, 100, 500];
const callsPerRun = 3_000;
/** Connections to the database, of the edge and of the bare inserts alike. */
const connections = 20;

export interface TransactionBenchRow {
  readonly call: string;
  readonly stations: number;
  readonly perSecond: number;
  readonly p99_ms: number;
  /** A one-row INSERT with commit by as many workers over as many connections on the same PostgreSQL, in the same run. */
  readonly bareInsert_perSecond: number;
  readonly bareInsertP99_ms: number;
  /** The aim is at most 3. */
  readonly p99_bareInsertIs1: number;
}

interface Kind {
  readonly call: string;
  readonly subprotocol: string;
  readonly boot: object;
  readonly payload: (station: number, number: number) => object;
}

const at = (number: number): string => new Date(Date.UTC(2026, 0, 5) + number * 1_000).toISOString();
const kinds: readonly Kind[] = [
  {
    call: 'StartTransaction',
    subprotocol: 'ocpp1.6',
    boot,
    payload: (station, number) => ({
      connectorId: 1,
      idTag: 'CARD',
      meterStart: station,
      timestamp: at(number),
    }),
  },
  {
    call: 'TransactionEvent',
    subprotocol: 'ocpp2.0.1',
    boot: { reason: 'PowerUp', chargingStation: { vendorName: 'Nordlys', model: 'Two' } },
    payload: (station, number) => ({
      eventType: 'Started',
      timestamp: at(number),
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: `${station}-${number}` },
      evse: { id: 1 },
      idToken: { idToken: 'CARD', type: 'ISO14443' },
    }),
  },
];

/** Milliseconds of each of `callsPerRun` pieces of work, by `workers` at once; and how long all took. */
async function measure(
  workers: number,
  work: (worker: number, number: number) => Promise<number>,
): Promise<{ times_ms: number[]; total_s: number }> {
  const times_ms: number[] = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let number = next++; number < callsPerRun; number = next++)
        times_ms.push(await work(worker, number));
    }),
  );
  return { times_ms, total_s: (performance.now() - begun) / 1_000 };
}

async function bareInsert(pool: Pool): Promise<number> {
  const begun = performance.now();
  await pool.query({
    name: 'bare-insert',
    text: 'INSERT INTO bare (device_id, connector, token, started_at) VALUES (gen_random_uuid(), $1, $2, $3)',
    values: [1, 'CARD', new Date()],
  });
  return performance.now() - begun;
}

/** Starts, durable before they are answered, at the whole edge; clients and server share this process. */
export async function bench() {
  const { edge, pool, stop } = await startBenchEdge(
    { burst_messages: 1e9, rate_messagesPerSecond: 1e9, pingInterval_ms: 1e8, pendingHandshakes: 1_000 },
    { durable: true, connections },
  );
  const rows: TransactionBenchRow[] = [];
  try {
    await pool.query(
      'CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, device_id uuid, connector int, token text, started_at timestamptz)',
    );
    for (const kind of kinds) {
      for (const stations of stationCounts) {
        const { identities, secret } = await seedCrowd(pool, stations);
        const clients = await Promise.all(
          identities.map((identity) =>
            StationClient.open(
              `ws://127.0.0.1:${edge.ocppPort}/ocpp/${identity}`,
              kind.subprotocol,
              basic(identity, secret),
            ),
          ),
        );
        await Promise.all(clients.map((client) => client.call('BootNotification', kind.boot)));
        const call = (station: number, number: number): Promise<number> => {
          const client = clients[station];
          if (!client) throw new Error('no such station');
          return client.call(kind.call, kind.payload(station, number));
        };
        // Once each before it counts.
        await Promise.all(clients.map((_, station) => call(station, callsPerRun + station)));
        await Promise.all(Array.from({ length: connections }, () => bareInsert(pool)));
        const bare = await measure(stations, () => bareInsert(pool));
        const own = await measure(stations, call);
        edge.observations.length = 0;
        const [p99_ms, bareP99_ms] = [quantile(own.times_ms, 0.99), quantile(bare.times_ms, 0.99)];
        rows.push({
          call: kind.call,
          stations,
          perSecond: Math.round(callsPerRun / own.total_s),
          p99_ms: rounded(p99_ms, 2),
          bareInsert_perSecond: Math.round(callsPerRun / bare.total_s),
          bareInsertP99_ms: rounded(bareP99_ms, 2),
          p99_bareInsertIs1: rounded(p99_ms / bareP99_ms, 2),
        });
        for (const client of clients) client.socket.terminate();
      }
    }
  } finally {
    await stop();
  }
  return { name: `Starts journalled before they are answered, ${connections} database connections`, rows };
}
