import { Socket } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { BalancerReadingSchema } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { connectFrame, publishFrame, subscribeFrame } from './mqtt-frames.js';
import { benchSecret } from './mqtt-peers.js';

const publishers = 40;
const messagesEach = 2_500;
/** Fills what the network between server and subscriber can hold, so that the server has to wait for it. */
const fillers = 1_500;
const filler_bytes = 30_000;
/** Nothing more was acknowledged for this long: the load is over, or the server is. */
const quiet_ms = 400;

export interface RecursionResult {
  /** Whether the subscription to everything was granted (MQTT 3.1.1 3.9.3: 0 to 2; refused: 128). */
  readonly granted: boolean;
  readonly acknowledged: number;
}

/** Opens a connection; `answered` is called with everything that comes back. */
function open(port: number, identity: string, answered: (chunk: Buffer) => void): Promise<Socket> {
  const socket = new Socket();
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      socket.on('data', answered);
      resolve(socket);
    });
    socket.connect(port, '127.0.0.1', () => socket.write(connectFrame(identity, benchSecret, 600)));
  });
}

/** A reading that every version can read, made longer by a field that none knows. */
function reading(padding_bytes: number): Buffer {
  const known = toBinary(BalancerReadingSchema, create(BalancerReadingSchema, { currentA: { l1: 1 } }));
  if (padding_bytes === 0) return Buffer.from(known);
  const writer = new BinaryWriter().tag(15, WireType.LengthDelimited).bytes(new Uint8Array(padding_bytes));
  return Buffer.concat([known, writer.finish()]);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The load that overflows the stack of a bare aedes 1.2: a remote subscriber of `#` that stops reading, many QoS 1 publishes
 * that pile up behind it in mqemitter, and then the subscriber goes. mqemitter works its queue off by calling itself once
 * for each message that nobody listens to any more.
 */
export async function causeRecursion(port: number): Promise<RecursionResult> {
  let granted = false;
  const subscriber = await open(port, 'subscriber', (chunk) => {
    if (chunk[0] === 0x90) granted = chunk.at(-1) !== 0x80;
  });
  subscriber.write(subscribeFrame('#'));
  await pause(100);
  subscriber.pause();
  let acknowledged_bytes = 0;
  const sockets = await Promise.all(
    Array.from({ length: publishers }, (_, index) =>
      open(port, `zen-${index}`, (chunk) => (acknowledged_bytes += chunk.length)),
    ),
  );
  const small = reading(0);
  const large = reading(filler_bytes);
  for (let message = 1; message <= fillers; message++)
    sockets[0]?.write(publishFrame('bb/v1/zen-0/reading', message, large));
  sockets.forEach((socket, index) => {
    const topic = `bb/v1/zen-${index}/reading`;
    for (let message = 1; message <= messagesEach; message++)
      socket.write(publishFrame(topic, message, small));
  });
  const quiet = async (): Promise<void> => {
    for (let before = -1; before !== acknowledged_bytes;) {
      before = acknowledged_bytes;
      await pause(quiet_ms);
    }
  };
  await quiet();
  subscriber.destroy();
  await quiet();
  for (const socket of sockets) socket.destroy();
  return { granted, acknowledged: acknowledged_bytes / 4 };
}
