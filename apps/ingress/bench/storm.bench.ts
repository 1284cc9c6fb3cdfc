import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { seedCrowd, startBenchEdge } from './bench-edge.js';
import type { CrowdOrder, CrowdReport } from './crowd-client.js';
import { quantile, rounded } from './station-client.js';

/** A process here may have 20,000 open files, so a storm of 20,000 sockets in one does not fit; this many do. */
const stations = 18_000;

export interface StormRow {
  readonly stations: number;
  /** From the first attempt to the answer of the last BootNotification. */
  readonly recovery_s: number;
  /** Attempts per station: above one where the door answered 503 and the station came again. */
  readonly attempts_perStation: number;
  readonly liveCalls: number;
  readonly liveP99_ms: number;
  /** The aim is at most 2,000. */
  readonly liveWorst_ms: number;
  readonly liveBefore_p99_ms: number;
}

const start = (): ChildProcess =>
  fork(fileURLToPath(new URL('crowd-client.js', import.meta.url)), { execArgv: [] });

function next(child: ChildProcess, kind: CrowdReport['kind']): Promise<CrowdReport> {
  return new Promise((resolve, reject) => {
    const seen = (report: CrowdReport): void => {
      if (report.kind !== kind) return;
      child.off('message', seen);
      resolve(report);
    };
    child.on('message', seen);
    child.once('exit', (code) => reject(new Error(`a client process ended with ${code}`)));
  });
}

/** Everybody comes back at once while one station goes on working; clients are processes of their own. */
export async function bench() {
  const { edge, pool, stop } = await startBenchEdge({}, { durable: true, connections: 20 });
  const crowd = start();
  const live = start();
  try {
    const url = `ws://127.0.0.1:${edge.ocppPort}/ocpp`;
    const all = await seedCrowd(pool, stations);
    const one = await seedCrowd(pool, 1);
    const times_ms: number[] = [];
    live.on('message', (report: CrowdReport) => {
      if (report.kind === 'probed') times_ms.push(...report.times_ms);
    });
    live.send({ kind: 'probe', url, ...one } satisfies CrowdOrder);
    for (let second = 0; second < 4; second++) await next(live, 'probed');
    const before = quantile(times_ms, 0.99);
    times_ms.length = 0;
    const begun = performance.now();
    crowd.send({ kind: 'storm', url, ...all } satisfies CrowdOrder);
    const booted = await next(crowd, 'booted');
    const recovery_s = (performance.now() - begun) / 1_000;
    await next(live, 'probed');
    const row: StormRow = {
      stations,
      recovery_s: rounded(recovery_s, 1),
      attempts_perStation: rounded((booted.kind === 'booted' ? booted.attempts : Number.NaN) / stations, 1),
      liveCalls: times_ms.length,
      liveP99_ms: rounded(quantile(times_ms, 0.99), 1),
      liveWorst_ms: rounded(Math.max(...times_ms), 1),
      liveBefore_p99_ms: rounded(before, 1),
    };
    return { name: `${stations} stations reconnect at once`, rows: [row] };
  } finally {
    crowd.disconnect();
    live.disconnect();
    await stop();
  }
}
