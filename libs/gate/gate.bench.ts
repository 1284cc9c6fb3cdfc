import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { extentOf } from '#libs/entitlements/decide.js';
import { atDevice, atLocation } from '#libs/entitlements/facts.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { startEmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import { loadEntitlements } from '#libs/store/entitlement-load.js';
import { revokeGrant } from '#libs/store/grants.js';
import { migrate } from '#libs/store/migrate.js';
import { openPool, type Pool } from '#libs/store/pool.js';
import { personId, siteId } from '#libs/units/identifiers.js';
import { caslCheck, casbinCheck, rolesOf, sqlCheck } from './bench/peers.js';
import {
  granteeOf,
  populate,
  questionsFor,
  uuidOf,
  type Population,
  type Question,
} from './bench/population.js';
import { Gate } from './gate.js';

const large: Population = {
  organisations: 10_000,
  people: 200_000,
  memberships: 40_000,
  locations: 200_000,
  devices: 1_000_000,
  grants: 600_000,
};
/** node-casbin takes minutes to be filled with more; it is measured with a hundredth and so flattered. */
const small: Population = {
  organisations: 100,
  people: 2_000,
  memberships: 400,
  locations: 2_000,
  devices: 10_000,
  grants: 6_000,
};
const streams = 10_000;
const revocations = 1_000;

/** The tables take a minute to fill; whoever waits sees that something happens. */
const tell = (what: string): void => void process.stderr.write(`${what}\n`);

type Row = Record<string, string | number>;

/** The snapshot and the gate at full size, beside CASL, node-casbin and one recursive query. */
export async function bench(): Promise<{ name: string; rows: readonly Row[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'busbar-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const pool = openPool(await server.database('bench'), { max: 4 });
  try {
    await migrate(pool);
    tell('filling the tables');
    await populate(pool, large);
    tell('loading');
    return {
      name: `Gate: ${large.devices} devices, ${large.people} people, ${large.grants} grants`,
      rows: [...(await measureSnapshot(pool)), ...(await measureRevocation(pool))],
    };
  } finally {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSnapshot(pool: Pool): Promise<readonly Row[]> {
  const before = memory_MB();
  let { table } = await loadEntitlements(pool);
  const size_MB = memory_MB() - before;
  // The first load warmed PostgreSQL's cache and the compiler, as a running product's are.
  const began = performance.now();
  ({ table } = await loadEntitlements(pool));
  const built_ms = performance.now() - began;

  tell('asking');
  const questions = questionsFor(large, 1_000_000);
  const targets = questions.map(({ device }) => atDevice(uuidOf(`d${device}`)));
  const now = systemClock.now();
  const ours = (question: Question, index: number): boolean =>
    extentOf(table, personId(question.person), question.action, targets[index]!, now) !== 'none';
  const check = measure(questions, ours);

  tell('asking CASL');
  const roles = rolesOf(large);
  const casl = caslCheck(large, roles);
  const some = questions.slice(0, 20_000);
  for (const question of some) casl(question);
  const caslChecks = measure(some, casl);
  const differing = some.filter((question, index) => casl(question) !== ours(question, index)).length;

  tell('asking node-casbin');
  const few = questionsFor(small, 2_000);
  const casbinChecks = await measureAsync(few, await casbinCheck(small, rolesOf(small)));
  tell('asking PostgreSQL');
  const sql = sqlCheck(pool);
  const asked = questions.slice(0, 5_000);
  for (const question of asked.slice(0, 200)) await sql(question);
  const sqlChecks = await measureAsync(asked, sql);
  let sqlDiffering = 0;
  for (const [index, question] of asked.slice(0, 2_000).entries()) {
    if ((await sql(question)) !== ours(question, index)) sqlDiffering++;
  }

  const row = (what: string, { perSecond, p99_us }: Measured, note: string): Row => ({
    what,
    'checks/s': Math.round(perSecond),
    'p99 us': Number(p99_us.toFixed(2)),
    'times slower': Number((check.perSecond / perSecond).toFixed(1)),
    note,
  });
  return [
    row('Busbar', check, `built in ${Math.round(built_ms)} ms from PostgreSQL, ${Math.round(size_MB)} MB`),
    row('CASL, ability made before', caslChecks, `${differing} of ${some.length} answers differ`),
    row('node-casbin, a hundredth of the data', casbinChecks, ''),
    row('one recursive query', sqlChecks, `${sqlDiffering} of 2000 answers differ`),
  ];
}

/** From the acknowledgement of a revoke to the end of the streams that hung on it. */
async function measureRevocation(pool: Pool): Promise<readonly Row[]> {
  tell('opening and cutting streams');
  const bus = new MemoryBus();
  const gate = new Gate({
    pool,
    bus,
    clock: systemClock,
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  });
  try {
    await gate.start();
    return await openAndRevoke(pool, gate);
  } finally {
    await gate.stop();
    await bus.close();
  }
}

async function openAndRevoke(pool: Pool, gate: Gate): Promise<readonly Row[]> {
  const endedAt = new Map<number, number>();
  for (let stream = 0; stream < streams; stream++) {
    const grant = stream * 2;
    const location = uuidOf(`l${grant % large.locations}`);
    const person = personId(`person-${granteeOf(large, grant)}`);
    const allowed = await gate.check({ personId: person }, 'telemetry', atLocation(location));
    if (!allowed.ok) throw new Error(`stream ${stream} could not be opened: ${allowed.error}`);
    gate.watch(
      {
        personId: person,
        action: 'telemetry',
        target: atLocation(location),
        locationId: siteId(location),
        proof: allowed.value.proof,
      },
      () => endedAt.set(stream, performance.now()),
    );
  }
  const acknowledged: number[] = [];
  for (let index = 0; index < revocations; index++) {
    const grant = index * 2;
    const by = { personId: `person-${grant % large.people}`, at: new Date() };
    await changeEntitlements(pool, { actorPersonId: by.personId, at: by.at.getTime() }, (change) =>
      revokeGrant(
        change,
        { grantId: uuidOf(`g${grant}`), locationId: uuidOf(`l${grant % large.locations}`), grantedBy: null },
        by,
      ),
    );
    acknowledged.push(performance.now());
  }
  const patience = performance.now() + 5_000;
  while (endedAt.size < revocations && performance.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const delays_ms = acknowledged.map((at, stream) => Math.max(0, (endedAt.get(stream) ?? Infinity) - at));
  return [
    {
      what: `revoke to cut, ${streams} open, ${revocations} revoked`,
      'p99 us': Math.round(quantile(delays_ms, 0.99) * 1_000),
      note: `p50 ${quantile(delays_ms, 0.5).toFixed(1)} ms, p99 ${quantile(delays_ms, 0.99).toFixed(1)} ms, worst ${Math.max(...delays_ms).toFixed(1)} ms; ${endedAt.size} ended`,
    },
  ];
}

interface Measured {
  readonly perSecond: number;
  readonly p99_us: number;
}

/** Throughput of one pass without looking at the clock, then each answer's own time. */
function measure(
  questions: readonly Question[],
  check: (question: Question, index: number) => boolean,
): Measured {
  for (let index = 0; index < questions.length; index++) check(questions[index]!, index);
  const began = performance.now();
  for (let index = 0; index < questions.length; index++) check(questions[index]!, index);
  const took_ms = performance.now() - began;
  const each_us = new Float64Array(questions.length);
  for (let index = 0; index < questions.length; index++) {
    const start = performance.now();
    check(questions[index]!, index);
    each_us[index] = (performance.now() - start) * 1_000;
  }
  return { perSecond: (questions.length / took_ms) * 1_000, p99_us: quantile(each_us, 0.99) };
}

async function measureAsync(
  questions: readonly Question[],
  check: (question: Question) => Promise<boolean>,
): Promise<Measured> {
  const each_us: number[] = [];
  const began = performance.now();
  for (const question of questions) {
    const start = performance.now();
    await check(question);
    each_us.push((performance.now() - start) * 1_000);
  }
  return {
    perSecond: (questions.length / (performance.now() - began)) * 1_000,
    p99_us: quantile(each_us, 0.99),
  };
}

const quantile = (values: ArrayLike<number>, q: number): number =>
  Float64Array.from(values).toSorted()[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  Number.NaN;

/** What the process keeps after everything unreachable is gone. */
function memory_MB(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
}
