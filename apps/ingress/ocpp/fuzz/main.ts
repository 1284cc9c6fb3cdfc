import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { migrate } from '#libs/store/migrate.js';
import { openPool } from '#libs/store/pool.js';
import { fuzzMqtt } from '../../mqtt/fuzz/mqtt-fuzz.js';
import { fuzz, type FuzzOptions } from './fuzz.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Whose door is tried: the chargers' or that of balancers and hubs. */
    edge: { type: 'string', default: 'ocpp' },
    /** Sends only the batch of this case again. */
    case: { type: 'string' },
  },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
const only = values.case === undefined ? null : Number(values.case);
const wrong = [cases, seed, only ?? 0].some((number) => !Number.isSafeInteger(number) || number < 0);
if (wrong || !['ocpp', 'mqtt'].includes(values.edge)) {
  process.stderr.write(
    '--cases, --seed and --case are whole numbers, --edge is ocpp or mqtt. Example: npm run fuzz -- --cases 10000 --seed 1\n',
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'busbar-fuzz-'));
await chmod(folder, 0o755);
const server = await startEmbeddedPostgres({ folder, durable: false });
const connectionString = await server.database('fuzz');
const pool = openPool(connectionString, { max: 4 });
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
const step = Math.max(1_000, Math.ceil(cases / 20));
let told = 0;
try {
  await migrate(pool);
  const options: FuzzOptions = {
    seed,
    cases,
    only,
    connectionString,
    pool,
    script: fileURLToPath(new URL('edge-process.js', import.meta.url)),
    progress: (done) => {
      if (done < told + step) return;
      told = done;
      process.stdout.write(`${done} of ${cases} cases, ${seconds()} s\n`);
    },
  };
  const { result, served } = values.edge === 'mqtt' ? await tryMqtt(options) : await tryOcpp(options);
  process.stdout.write(
    `seed ${seed}: ${result.cases} cases in ${seconds()} s; ${served}; ` +
      `at most ${Math.round(result.mostResident_bytes / 2 ** 20)} MB\n${result.failure ?? 'Every promise was kept.'}\n`,
  );
  if (result.failure !== null) {
    process.stdout.write(`Again: npm run fuzz -- --edge ${values.edge} --seed ${seed} --case <case>\n`);
    process.exitCode = 1;
  }
} finally {
  await pool.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function tryOcpp(options: FuzzOptions) {
  const result = await fuzz(options);
  const slowest_ms = Math.round(result.goodStationSlowest_ms);
  const served = `the good station got ${result.goodStationAnswers} answers, the slowest after ${slowest_ms} ms`;
  return { result, served };
}

async function tryMqtt(options: FuzzOptions) {
  const result = await fuzzMqtt(options);
  const served = `the good Zen got ${result.zenAnswers} and the good hub ${result.hubAnswers} acknowledgements`;
  return { result, served };
}
