import { createServer, type Server } from 'node:net';

/** The first of `count` neighbouring loopback ports that are all free now, for programs that take a row of ports. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = await listen(0);
    const start = port(first);
    const servers = [first];
    try {
      for (let offset = 1; offset < count; offset++) servers.push(await listen(start + offset));
      return start;
    } catch {
      // A neighbour is taken, or beyond the last port: look elsewhere.
    } finally {
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    }
  }
  throw new Error(`There are no ${count} neighbouring free ports on this machine.`);
}

const listen = (at: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(at, '127.0.0.1', () => resolve(server));
  });

const port = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};
