import { spawnSync } from 'node:child_process';

/** Everything a machine can say without running the product: types, lint, fence, formatting, generated files. */
const steps = [
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  ['lint', ['node_modules/oxlint/bin/oxlint', '--deny-warnings']],
  [
    'fence',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      'apps',
      'libs',
      'firmware-sim',
    ],
  ],
  ['rules', ['tools/rules.mjs']],
  ['generated files', ['tools/generate.mjs', '--check']],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
];

let failed = false;
for (const [name, command] of steps) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  process.stdout.write(`${name}: ${status === 0 ? 'ok' : 'FAILED'}\n`);
  if (status !== 0) {
    failed = true;
    process.stdout.write(`${stdout}${stderr}\n`);
  }
}
process.exit(failed ? 1 : 0);
