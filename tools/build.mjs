import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles the processes to dist/ (types are checked by `npm run check`, not here) and bundles the portal. */
export async function build() {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  rmSync('dist/libs/store/migrations', { recursive: true, force: true });
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
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
