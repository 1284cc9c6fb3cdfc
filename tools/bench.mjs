import { build } from './build.mjs';

/**
 * `npm run bench -- allocation`; with `--json`, one line of JSON for each benchmark instead of a table.
 * name -> compiled module with `bench(): Promise<{ name, rows }>`; every row compares with a peer measured in the same run.
 */
const benches = {
  allocation: '../dist/libs/allocation/allocate.bench.js',
  loop: '../dist/apps/allocator/closed-loop.bench.js',
  caltech: '../dist/libs/allocation/caltech.bench.js',
  ocpp: '../dist/apps/ingress/ingress.bench.js',
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
for (const [name, path] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { bench } = await import(path);
  const result = await bench();
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    process.stdout.write(`\n${result.name}\n`);
    console.table(result.rows);
  }
}
