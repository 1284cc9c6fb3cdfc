import type { AddressInfo, Server } from 'node:net';

/** Listens and answers the real port; a port that cannot be had is one sentence, not a stack trace. */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'it is already in use'
          : error.code === 'EACCES'
            ? 'this user may not open it'
            : error.message;
      reject(
        new Error(
          `The ${purpose} port ${port} on ${host} cannot be opened: ${why}. Stop the other program or choose another port.`,
          { cause: error },
        ),
      );
    };
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
