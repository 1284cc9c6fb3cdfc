import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { startProgram, type ChildProgram } from './child-program.js';
import { freePorts, portsOfTheProduct } from './free-ports.js';

export interface AllInOne {
  readonly program: ChildProgram;
  readonly folder: string;
  readonly httpUrl: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly metricsUrl: string;
  /** The account that the demo made. */
  firstLogin(): Promise<{ readonly email: string; readonly password: string }>;
  /** Ctrl-C; answers the exit code once the program, its PostgreSQL and its folder are gone. */
  stop(): Promise<number | NodeJS.Signals>;
}

/** The built product as `npm start -- <args>` runs it, on free ports and a data folder of its own. */
export async function startAllInOne(args: readonly string[]): Promise<AllInOne> {
  // PostgreSQL may run as another user, who must be able to walk through this folder.
  const folder = await mkdtemp(join(tmpdir(), 'busbar-all-in-one-'));
  await chmod(folder, 0o755);
  const port = await freePorts(portsOfTheProduct);
  const program = startProgram(
    'apps/all-in-one/main.js',
    ['--port', String(port), '--data-dir', folder, ...args],
    {},
  );
  const removeAll = async () => {
    // Ended by a signal it could not handle, the program leaves its PostgreSQL behind; joined, it can be stopped.
    await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: true }).then((left) =>
      left.stop(),
    );
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await program.printed(/Ctrl-C stops everything|No simulation\./, 90_000);
  } catch (error) {
    program.kill('SIGKILL');
    await program.end;
    await removeAll();
    throw error;
  }
  return {
    program,
    folder,
    httpUrl: `http://127.0.0.1:${port}`,
    ocppUrl: `ws://127.0.0.1:${port + 1}/ocpp`,
    mqttUrl: `mqtt://127.0.0.1:${port + 2}`,
    metricsUrl: `http://127.0.0.1:${port + 3}/metrics`,
    firstLogin: async () => JSON.parse(await readFile(join(folder, 'first-login.json'), 'utf8')),
    async stop() {
      program.kill('SIGINT');
      const code = await program.end;
      await removeAll();
      return code;
    },
  };
}
