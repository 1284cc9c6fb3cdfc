import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProgram } from '#libs/testing/child-program.js';
import { freePorts, portsOfTheProduct } from '#libs/testing/free-ports.js';
import { waitFor } from '#libs/testing/wait-for.js';

describe('the end of the one process', () => {
  let folder: string;
  let args: readonly string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busbar-ending-'));
    await chmod(folder, 0o755);
    args = ['--port', String(await freePorts(portsOfTheProduct)), '--data-dir', folder];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const databaseRuns = (): boolean => existsSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'));

  it('Ctrl-C while it is still starting leaves no database behind', async () => {
    const program = startProgram('apps/all-in-one/main.js', args, {});
    await program.printed(/Starting Busbar/, 30_000);
    await waitFor('the database to start', databaseRuns, 30_000);
    program.kill('SIGINT');
    expect(await program.end).toBe(0);
    expect(databaseRuns()).toBe(false);
  }, 90_000);

  it('a reader that goes away, as in `npm start | head`, ends it in order', async () => {
    const shell = spawn(
      'bash',
      [
        '-c',
        'node --no-warnings dist/apps/all-in-one/main.js "$@" | head -n 3; exit "${PIPESTATUS[0]}"',
        '-',
        ...args,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let errors = '';
    shell.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(shell, 'close')) as [number];
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(databaseRuns()).toBe(false);
  }, 90_000);
});
