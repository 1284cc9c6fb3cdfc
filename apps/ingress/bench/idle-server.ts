import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { WebSocketServer } from 'ws';
import { seedCrowd, startBenchEdge } from './bench-edge.js';

/** A server that keeps idle sockets, in a process of its own so that its memory is its own. */
export const idleServers = ['bare ws', 'Busbar', 'ocpp-rpc'] as const;
export type IdleServer = (typeof idleServers)[number];

export interface IdleOrder {
  readonly server: IdleServer;
  readonly stations: number;
}
export type IdleReport =
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly identities: readonly string[];
      readonly secret: string;
    }
  | { readonly kind: 'memory'; readonly resident_bytes: number };

const report = (message: IdleReport): void => void process.send?.(message);
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `station-${index}`);

async function listen({ server, stations }: IdleOrder): Promise<IdleReport> {
  switch (server) {
    case 'bare ws': {
      const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
      sockets.on('connection', (socket) => {
        socket.on('message', (data: Buffer) => {
          const [, id] = JSON.parse(data.toString()) as unknown[];
          socket.send(JSON.stringify([3, id, {}]));
        });
      });
      await once(sockets, 'listening');
      const { port } = sockets.address() as AddressInfo;
      return { kind: 'ready', url: `ws://127.0.0.1:${port}`, identities: numbered(stations), secret: '' };
    }
    case 'ocpp-rpc': {
      const rpc = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true } as ConstructorParameters<
        typeof RPCServer
      >[0]);
      rpc.on('client', (client: { handle(action: string, handler: () => object): void }) =>
        client.handle('BootNotification', () => ({
          status: 'Accepted',
          currentTime: new Date().toISOString(),
          interval: 60,
        })),
      );
      const http = await rpc.listen(0, '127.0.0.1');
      const { port } = http.address() as AddressInfo;
      return { kind: 'ready', url: `ws://127.0.0.1:${port}`, identities: numbered(stations), secret: '' };
    }
    case 'Busbar': {
      const { edge, pool } = await startBenchEdge(
        { pingInterval_ms: 1e8, pendingHandshakes: 1_000 },
        { durable: false, connections: 20 },
      );
      const crowd = await seedCrowd(pool, stations);
      edge.keepObservations(false);
      return { kind: 'ready', url: `ws://127.0.0.1:${edge.ocppPort}/ocpp`, ...crowd };
    }
  }
}

/** Twice: what a first collection frees only after its finalisers is gone after the second. */
function settle(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}

process.on('message', (order: IdleOrder | 'measure') => {
  if (order === 'measure') {
    settle();
    return report({ kind: 'memory', resident_bytes: process.memoryUsage().rss });
  }
  void listen(order).then((ready) => report(ready));
});
process.on('disconnect', () => process.exit(0));
