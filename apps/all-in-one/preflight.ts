import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

/** Something the person who started Busbar can put right; its message is all they need. */
export class StartProblem extends Error {}

/** The absolute path of the data folder, created and writable. */
export async function prepareFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch {
    throw new StartProblem(
      `Busbar cannot write to ${path}; make it writable or choose another folder with --data-dir.`,
    );
  }
  return path;
}

/** Fails with one sentence when a port is taken. */
export async function requireFreePort(host: string, port: number, purpose: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        new StartProblem(
          error.code === 'EADDRINUSE'
            ? `Port ${port} (${purpose}) is in use; stop what uses it or choose others with --port.`
            : `Port ${port} (${purpose}) cannot be opened (${error.code}); choose others with --port.`,
        ),
      ),
    );
    server.listen(port, host, () => server.close(() => done()));
  });
}
