import { createServer, type Server } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of those could take a neighbour before the program does. */
const lowest = 12_000;
const highest = 32_000;

/** HTTP, OCPP, MQTT, metrics, OCPP over TLS and MQTT over TLS: what `npm start` takes from its --port on. */
export const portsOfTheProduct = 6;

/** The first of `count` neighbouring loopback ports that are all free now, for programs that take a row of ports. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const start = lowest + Math.floor(Math.random() * (highest - lowest - count));
    const servers: Server[] = [];
    try {
      for (let offset = 0; offset < count; offset++) servers.push(await listen(start + offset));
      return start;
    } catch {
      // One of them is taken: look elsewhere.
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
