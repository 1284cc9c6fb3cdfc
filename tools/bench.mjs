import { build } from './build.mjs';

/**
 * `npm run bench -- allocation`; with `--json`, one line of JSON for each benchmark instead of a table.
 * name -> compiled module with `bench(): Promise<{ name, rows }>`; every row compares with a peer measured in the same run.
 */
const benches = {
  allocation: '../dist/libs/allocation/allocate.bench.js',
  loop: '../dist/apps/allocator/closed-loop.bench.js',
  caltech: '../dist/libs/allocation/caltech.bench.js',
  ocpp: [
    '../dist/apps/ingress/bench/round-trips.bench.js',
    '../dist/apps/ingress/bench/transactions.bench.js',
    '../dist/apps/ingress/bench/idle-memory.bench.js',
    '../dist/apps/ingress/bench/storm.bench.js',
  ],
  mqtt: [
    '../dist/apps/ingress/bench/mqtt-publishes.bench.js',
    '../dist/apps/ingress/bench/mqtt-idle.bench.js',
    '../dist/apps/ingress/bench/mqtt-overload.bench.js',
  ],
  gate: '../dist/libs/gate/gate.bench.js',
  copy: '../dist/libs/store/copy-writer.bench.js',
};

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((name) => name !== '--json');
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}; choose from ${Object.keys(benches).join(', ')}.\n`,
  );
  process.exit(2);
}
await build();
const chosen = Object.entries(benches)
  .filter(([name]) => wanted.length === 0 || wanted.includes(name))
  .flatMap(([, paths]) => paths);
for (const path of chosen) {
  const { bench } = await import(path);
  const result = await bench();
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    process.stdout.write(`\n${result.name}\n`);
    console.table(result.rows);
  }
}
