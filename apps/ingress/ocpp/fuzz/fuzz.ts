import { dirname, join } from 'node:path';
import { ocppVersions, type OcppVersion } from '#libs/protocols/ocppj/version.js';
import type { Pool } from '#libs/store/pool.js';
import { seedDevice, type SeededDevice } from '../../ingress-harness.js';
import { BareEcho } from './bare-echo.js';
import { FuzzFailure } from './failure.js';
import { FuzzStation } from './fuzz-station.js';
import { startFuzzedEdge } from './fuzzed-edge.js';
import { goodStation } from './good-station.js';
import { batchOf, batchSize, markerOf, type Batch } from './plan.js';
import { Random } from './random.js';
import { visit } from './visits.js';

export interface FuzzOptions {
  readonly seed: number;
  /** Rounded up to whole batches. */
  readonly cases: number;
  /** Only the batch of this case; null: all. */
  readonly only: number | null;
  readonly connectionString: string;
  readonly pool: Pool;
  /** The compiled edge-process.js; echo-process.js is beside it. */
  readonly script: string;
  /** Told now and then how many cases are done. */
  readonly progress: (cases: number) => void;
}

export interface FuzzResult {
  readonly cases: number;
  /** In words, with the case that shows it; null: every promise was kept. */
  readonly failure: string | null;
  readonly goodStationAnswers: number;
  readonly goodStationSlowest_ms: number;
  readonly mostResident_bytes: number;
}

/** Batches that are under way at once. */
const workers = 8;

/** Runs the cases against an edge of its own; stops at the first broken promise. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, pool } = options;
  const marker = markerOf(seed);
  const underWay = new Set<number>();
  let failure: string | null = null;
  const failed = (found: FuzzFailure): void => {
    const suspects = found.number === null ? [...underWay].map((index) => index * batchSize) : [found.number];
    failure ??= `seed ${seed}, case ${suspects.join(' or ')}: ${found.message}`;
  };
  const edge = await startFuzzedEdge({ ...options, marker, failed });
  const echo = await BareEcho.start(join(dirname(options.script), 'echo-process.js'));
  const good = await goodStation(edge.port, await seedDevice(pool, 'charger'), echo, failed);
  let next = options.only === null ? 0 : Math.floor(options.only / batchSize);
  const end = options.only === null ? Math.ceil(options.cases / batchSize) : next + 1;
  let done = 0;
  const work = async (): Promise<void> => {
    const bench = new WorkBench(edge.port, pool, seed);
    while (next < end && failure === null) {
      const index = next++;
      underWay.add(index);
      const batch = batchOf(seed, index);
      await bench.run(batch, index).catch((error: unknown) => {
        failed(error instanceof FuzzFailure ? error : new FuzzFailure(index * batchSize, String(error)));
      });
      underWay.delete(index);
      done += batch.kind === 'messages' ? batch.messages.length : batch.numbers.length;
      options.progress(done);
    }
    bench.close();
  };
  await Promise.all(Array.from({ length: workers }, work));
  await good.stop();
  await echo.stop();
  await edge.stop().catch(failed);
  return {
    cases: done,
    failure,
    goodStationAnswers: good.answered,
    goodStationSlowest_ms: good.slowest_ms,
    mostResident_bytes: edge.mostResident_bytes,
  };
}

/** One station of each version, and one that only knocks; each is opened when it is first needed. */
class WorkBench {
  private readonly stations = new Map<OcppVersion, FuzzStation>();
  private visitor: SeededDevice | null = null;

  constructor(
    private readonly port: number,
    private readonly pool: Pool,
    private readonly seed: number,
  ) {}

  async run(batch: Batch, index: number): Promise<void> {
    if (batch.kind === 'messages') {
      const station = await this.station(batch.version);
      return station.run(batch.messages, new Random(this.seed, index, 2));
    }
    const device = (this.visitor ??= await seedDevice(this.pool, 'charger'));
    await Promise.all(
      batch.numbers.map((number) =>
        visit(this.port, device, number, new Random(this.seed, number, 1), markerOf(this.seed)),
      ),
    );
  }

  close(): void {
    for (const version of ocppVersions) this.stations.get(version)?.close();
  }

  private async station(version: OcppVersion): Promise<FuzzStation> {
    const open = this.stations.get(version);
    if (open) return open;
    const device = await seedDevice(this.pool, 'charger');
    const station = await FuzzStation.open(this.port, device, version, markerOf(this.seed));
    this.stations.set(version, station);
    return station;
  }
}
