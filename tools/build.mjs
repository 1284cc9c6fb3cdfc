import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles the processes to dist/ (types are checked by `npm run check`, not here) and bundles the portal. */
export async function build() {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  copy('libs/store/migrations');
  copy('firmware-sim/scenarios');
  copy('firmware-sim/data');
  if (existsSync('apps/portal/index.html')) {
    const { build: bundle } = await import('vite');
    await bundle({ root: 'apps/portal', logLevel: 'warn' });
  }
}

function copy(folder) {
  if (!existsSync(folder)) return;
  const target = join('dist', folder);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(folder, target, { recursive: true });
  // What was removed or renamed since the last build must not stay behind: a stale migration would be applied.
  for (const name of readdirSync(target))
    if (!existsSync(join(folder, name))) rmSync(join(target, name), { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
