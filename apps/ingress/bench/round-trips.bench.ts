import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { WebSocket, WebSocketServer } from 'ws';
import { basicAuthentication } from '../harness-charger.js';
import { seedDevice } from '../ingress-harness.js';
import { startBenchEdge } from './bench-edge.js';

/** Sockets that each keep one call under way. */
const sockets = 500;
const roundTripsPerRun = 20_000;
const runs = 5;

export interface IngressBenchRow {
  readonly call: string;
  /** Median of the runs; clients and server share one process and one core. */
  readonly roundTrips_perSecond: number;
  /** Time of one round trip against the bare echo of the same message in the same run; 1 is free. */
  readonly time_bareWebSocketIs1: number;
  /** The same for ocpp-rpc's server in strict mode with handlers that do nothing. */
  readonly ocppRpcTime_bareWebSocketIs1: number;
}
export interface IngressBench {
  readonly name: string;
  readonly rows: readonly IngressBenchRow[];
}

const sampledValue = (phase: string) => ({ value: '15.8', measurand: 'Current.Import', phase, unit: 'A' });
const calls: readonly (readonly [string, object])[] = [
  ['Heartbeat', {}],
  [
    'MeterValues',
    {
      connectorId: 1,
      transactionId: 7,
      meterValue: [
        {
          timestamp: '2026-01-05T08:00:00Z',
          sampledValue: [
            ...['L1', 'L2', 'L3'].map(sampledValue),
            { value: '10.9', measurand: 'Power.Active.Import', unit: 'kW' },
            { value: '1234.5', measurand: 'Energy.Active.Import.Register', unit: 'kWh' },
          ],
        },
      ],
    },
  ],
];

/** Heartbeat and MeterValues through the whole edge (checks, bus, answer) beside a bare `ws` echo that parses JSON. */
export async function bench(): Promise<IngressBench> {
  const { edge, pool, stop } = await startBenchEdge(
    { burst_messages: 1e9, rate_messagesPerSecond: 1e9, pingInterval_ms: 1e8 },
    { durable: false, connections: 10 },
  );
  const echo = await startEcho();
  const peer = await startPeer();
  try {
    const bare = await Promise.all(
      Array.from({ length: sockets }, () => open(`ws://127.0.0.1:${echo.port}/`, '')),
    );
    const chargers = await Promise.all(
      Array.from({ length: sockets }, async () => {
        const device = await seedDevice(pool, 'charger');
        return open(`ws://127.0.0.1:${edge.ocppPort}/ocpp/${device.identity}`, basicAuthentication(device));
      }),
    );
    const peers = await Promise.all(
      Array.from({ length: sockets }, (_, index) => open(`ws://127.0.0.1:${peer.port}/${index}`, '')),
    );
    const rows: IngressBenchRow[] = [];
    for (const [action, payload] of calls) {
      const ratios: number[] = [];
      const peerRatios: number[] = [];
      const rates: number[] = [];
      for (let run = 0; run <= runs; run++) {
        const floor_s = await measure(bare, action, payload);
        const own_s = await measure(chargers, action, payload);
        const peer_s = await measure(peers, action, payload);
        edge.observations.length = 0;
        // The first run only warms the code up.
        if (run === 0) continue;
        ratios.push(own_s / floor_s);
        peerRatios.push(peer_s / floor_s);
        rates.push(roundTripsPerRun / own_s);
      }
      rows.push({
        call: action,
        roundTrips_perSecond: Math.round(median(rates)),
        time_bareWebSocketIs1: Number(median(ratios).toFixed(2)),
        ocppRpcTime_bareWebSocketIs1: Number(median(peerRatios).toFixed(2)),
      });
    }
    for (const socket of [...bare, ...chargers, ...peers]) socket.terminate();
    return { name: `OCPP 1.6 round trips over ${sockets} sockets, edge against bare ws echo`, rows };
  } finally {
    await stop();
    await echo.stop();
    await peer.stop();
  }
}

function startEcho(): Promise<{ port: number; stop: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server: WebSocketServer = new WebSocketServer(
      { port: 0, host: '127.0.0.1', perMessageDeflate: false },
      () =>
        resolve({
          port: (server.address() as AddressInfo).port,
          stop: () => new Promise((stopped) => server.close(() => stopped())),
        }),
    );
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        const [, messageId] = JSON.parse(data.toString()) as [number, string];
        socket.send(JSON.stringify([3, messageId, { currentTime: new Date().toISOString() }]));
      });
    });
  });
}

/** The peer: somebody else's OCPP server, checking the same schemas. */
async function startPeer(): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true } as ConstructorParameters<
    typeof RPCServer
  >[0]);
  server.on('client', (client: { handle(action: string, handler: () => object): void }) => {
    client.handle('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
    client.handle('MeterValues', () => ({}));
  });
  const http = await server.listen(0, '127.0.0.1');
  return {
    port: (http.address() as AddressInfo).port,
    stop: async () => {
      await server.close({ force: true } as Parameters<typeof server.close>[0]);
    },
  };
}

function open(url: string, authorization: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['ocpp1.6'], { headers: { authorization }, perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('open', () => resolve(socket));
  });
}

/** Seconds for all round trips. */
async function measure(clients: readonly WebSocket[], action: string, payload: object): Promise<number> {
  let left = roundTripsPerRun;
  const begun = performance.now();
  await Promise.all(
    clients.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          const next = (): void => {
            if (left-- > 0) return socket.send(JSON.stringify([2, `m${left}`, action, payload]));
            socket.off('message', answered);
            resolve();
          };
          const answered = (data: Buffer): void => {
            const frame = JSON.parse(data.toString()) as unknown[];
            if (frame[0] !== 3) reject(new Error(`unexpected answer ${JSON.stringify(frame)}`));
            else next();
          };
          socket.on('message', answered);
          next();
        }),
    ),
  );
  return (performance.now() - begun) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
