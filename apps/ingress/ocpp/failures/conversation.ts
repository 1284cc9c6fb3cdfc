import { WebSocket } from 'ws';
import { basicAuthentication } from '../../harness-charger.js';
import type { SeededDevice } from '../../ingress-harness.js';

export const bothGenerations = ['ocpp1.6', 'ocpp2.0.1'] as const;
export type Generation = (typeof bothGenerations)[number];
/** Action and payload. */
export type Call = readonly [string, object];

/** A station's end of a connection that does exactly what a test tells it, and answers nothing by itself. */
export interface Line {
  readonly socket: WebSocket;
  /** Every frame received, in order. */
  readonly frames: unknown[][];
  /** The calls among them. */
  readonly asked: () => unknown[][];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** Sends one call and resolves with the whole frame that answers it. */
  call(call: Call): Promise<unknown[]>;
  /** Sends one call without waiting, under this id. */
  say(id: string, call: Call): void;
  result(id: unknown, payload: object): void;
}

export function openLine(port: number, device: SeededDevice, version: Generation): Promise<Line> {
  return openLineAt(`ws://127.0.0.1:${port}/ocpp/${encodeURIComponent(device.identity)}`, device, version);
}

export async function openLineAt(url: string, device: SeededDevice, version: Generation): Promise<Line> {
  const socket = new WebSocket(url, [version], {
    headers: { authorization: basicAuthentication(device) },
    perMessageDeflate: false,
  });
  const frames: unknown[][] = [];
  const waiting = new Map<unknown, (frame: unknown[]) => void>();
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as unknown[];
    frames.push(frame);
    if (frame[0] !== 2) waiting.get(frame[1])?.(frame);
  });
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  let count = 0;
  const say = (id: string, [action, payload]: Call) => socket.send(JSON.stringify([2, id, action, payload]));
  return {
    socket,
    frames,
    asked: () => frames.filter(([type]) => type === 2),
    closed,
    say,
    call: (call) =>
      new Promise((resolve) => {
        const id = `call-${++count}`;
        waiting.set(id, resolve);
        say(id, call);
      }),
    result: (id, payload) => socket.send(JSON.stringify([3, id, payload])),
  };
}

/** The same thing said in each generation. */
export interface Words {
  readonly boot: Call;
  readonly heartbeat: Call;
  status(connector: number, status: 'Available' | 'Charging' | 'Faulted', at: string): Call;
  start(at: string): Call;
  /** @param transactionId what the start was answered in OCPP 1.6 */
  stop(transactionId: number, at: string): Call;
}

const first: Words = {
  boot: ['BootNotification', { chargePointVendor: 'Nordlys', chargePointModel: 'One' }],
  heartbeat: ['Heartbeat', {}],
  status: (connectorId, status, timestamp) => [
    'StatusNotification',
    { connectorId, status, errorCode: 'NoError', timestamp },
  ],
  start: (timestamp) => ['StartTransaction', { connectorId: 1, idTag: 'CARD-1', meterStart: 100, timestamp }],
  stop: (transactionId, timestamp) => ['StopTransaction', { transactionId, meterStop: 900, timestamp }],
};

const event = (eventType: string, seqNo: number, timestamp: string, value: number): object => ({
  eventType,
  seqNo,
  timestamp,
  triggerReason: eventType === 'Started' ? 'Authorized' : 'StopAuthorized',
  transactionInfo: { transactionId: 'session-1' },
  evse: { id: 1, connectorId: 1 },
  meterValue: [{ timestamp, sampledValue: [{ value }] }],
});

const second: Words = {
  boot: [
    'BootNotification',
    { reason: 'PowerUp', chargingStation: { vendorName: 'Nordlys', model: 'One', firmwareVersion: '1' } },
  ],
  heartbeat: ['Heartbeat', {}],
  status: (connector, status, timestamp) => [
    'StatusNotification',
    {
      evseId: connector,
      connectorId: 1,
      connectorStatus: status === 'Charging' ? 'Occupied' : status,
      timestamp,
    },
  ],
  start: (at) => [
    'TransactionEvent',
    { ...event('Started', 0, at, 100), idToken: { idToken: 'CARD-1', type: 'ISO14443' } },
  ],
  stop: (_transactionId, at) => ['TransactionEvent', event('Ended', 1, at, 900)],
};

export const words: Readonly<Record<Generation, Words>> = { 'ocpp1.6': first, 'ocpp2.0.1': second };
