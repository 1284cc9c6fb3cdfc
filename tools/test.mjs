import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { build } from './build.mjs';

/** What the tests drive besides npm's packages: [program, Debian package]. */
const programs = [
  ['redis-server', 'redis-server'],
  ['chromium', 'chromium'],
];

const found = (program) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));

function provide() {
  const missing = programs.filter(([program]) => !found(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  if (process.getuid?.() === 0 && found('apt-get')) {
    process.stdout.write(`Installing ${packages.join(' and ')} with apt ...\n`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const quiet = { env: environment, stdio: ['ignore', 'ignore', 'inherit'] };
    try {
      execFileSync('apt-get', ['update', '-qq'], quiet);
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
    } catch {
      process.stderr.write('apt could not install them; its message is above.\n');
    }
  }
  const still = programs.filter(([program]) => !found(program));
  if (still.length === 0) return;
  const names = still.map(([program]) => program).join(' and ');
  process.stderr.write(
    `The tests need ${names} on the PATH. Install ${still.length > 1 ? 'them' : 'it'} (Debian: apt-get install ${still
      .map(([, name]) => name)
      .join(' ')}) and run \`npm test\` again.\n`,
  );
  process.exit(1);
}

provide();
await build();
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
