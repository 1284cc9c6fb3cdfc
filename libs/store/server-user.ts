import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How PostgreSQL's programs are started so that they do not run as root, which they refuse. */
export interface ServerUser {
  /** Program and arguments to spawn for a call of `program` with `args`. */
  readonly command: (program: string, args: readonly string[]) => readonly [string, readonly string[]];
  readonly options: { readonly uid?: number; readonly gid?: number; readonly cwd: string };
  /** Makes files that root has just created the server's own. */
  readonly give: (path: string) => Promise<void>;
}

const ordinary: ServerUser = {
  command: (program, args) => [program, args],
  options: { cwd: '/' },
  give: async () => undefined,
};

/**
 * An ordinary user runs the server as itself. Root hands it to `postgres` or `nobody` where that user can reach program and
 * folder, otherwise (a private folder, as temporary ones are) to a user namespace in which root is an ordinary user. A
 * cluster stays with the one who owns it.
 */
export async function chooseServerUser(
  program: string,
  folder: string,
  cluster: string,
): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return ordinary;
  const owner = await stat(cluster).catch(() => null);
  const candidates = [...(await unprivilegedUsers()), namespaced];
  for (const candidate of candidates) {
    const uid = candidate.options.uid ?? 0;
    if ((owner === null || owner.uid === uid) && (await reaches(candidate, program, folder)))
      return candidate;
  }
  throw new Error(
    `PostgreSQL does not run as root, and no other user of this machine can reach ${folder}. ` +
      'Start Busbar as an ordinary user, or keep it and its data in folders that others may enter.',
  );
}

async function unprivilegedUsers(): Promise<readonly ServerUser[]> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  return ['postgres', 'nobody'].flatMap((name) => {
    const entry = entries.find(([user]) => user === name);
    if (!entry) return [];
    const uid = Number(entry[2]);
    const gid = Number(entry[3]);
    return [{ ...ordinary, options: { uid, gid, cwd: '/' }, give: (path: string) => chown(path, uid, gid) }];
  });
}

/** util-linux 2.36 and newer; outside the namespace the server's files belong to root. */
const namespaced: ServerUser = {
  ...ordinary,
  command: (program, args) => [
    'unshare',
    ['--user', '--map-user=1000', '--map-group=1000', program, ...args],
  ],
};

async function reaches(user: ServerUser, program: string, folder: string): Promise<boolean> {
  const can = async (file: string, args: readonly string[]): Promise<boolean> => {
    const [command, rest] = user.command(file, args);
    return run(command, [...rest], user.options).then(
      () => true,
      () => false,
    );
  };
  return (await can(program, ['--version'])) && (await can('test', ['-x', folder]));
}
