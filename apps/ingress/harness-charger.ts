import { RPCClient } from 'ocpp-rpc';
import { WebSocket } from 'ws';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';
import type { SeededDevice } from './ingress-harness.js';

export const basicAuthentication = (device: Pick<SeededDevice, 'identity' | 'secret'>): string =>
  `Basic ${Buffer.from(`${device.identity}:${device.secret}`).toString('base64')}`;

/** A well-behaved charger: somebody else's OCPP client in strict mode. */
export const connectCharger = (port: number, device: SeededDevice): Promise<RPCClient> =>
  connectStation(port, device, ['ocpp1.6']);

/** The same, offering these OCPP versions in its order of preference. */
export async function connectStation(
  port: number,
  device: SeededDevice,
  protocols: readonly OcppVersion[],
): Promise<RPCClient> {
  const client = new RPCClient({
    endpoint: `ws://127.0.0.1:${port}/ocpp`,
    identity: device.identity,
    password: device.secret,
    protocols: [...protocols],
    // ocpp-rpc looks for the schemas of OCPP 2.1 under names that its own file of them does not have.
    strictMode: ['ocpp1.6', 'ocpp2.0.1'],
    reconnect: false,
  } as ConstructorParameters<typeof RPCClient>[0]);
  await client.connect();
  return client;
}

export interface RawSocket {
  readonly socket: WebSocket;
  /** Every frame received, in order. */
  readonly frames: unknown[][];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

/** A plain WebSocket that says what it likes. */
export async function openRawSocket(port: number, device: SeededDevice): Promise<RawSocket> {
  const url = `ws://127.0.0.1:${port}/ocpp/${encodeURIComponent(device.identity)}`;
  const socket = new WebSocket(url, ['ocpp1.6'], {
    headers: { authorization: basicAuthentication(device) },
    perMessageDeflate: false,
  });
  const frames: unknown[][] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as unknown[]));
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return { socket, frames, closed };
}
