import { Socket } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { BalancerReadingSchema } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { AnswerCounter, connectFrame, publishFrame } from './mqtt-frames.js';

/** Zens in a process of their own. First `connect`, then any of the others. */
export type MqttCrowdOrder =
  | {
      readonly kind: 'connect';
      readonly port: number;
      readonly clients: number;
      readonly prefix: string;
      readonly secret: string;
    }
  /** Each sends the next one when one of `window` is acknowledged. */
  | { readonly kind: 'closed-loop'; readonly window: number; readonly duration_ms: number }
  /** So many a second altogether, whatever is acknowledged. */
  | { readonly kind: 'open-loop'; readonly rate_perSecond: number; readonly duration_ms: number };

export interface MqttCrowdReport {
  readonly sent: number;
  readonly acknowledged: number;
  /** Most messages that had left a client and were not acknowledged, all clients together. */
  readonly largestBacklog: number;
  /** The same in bytes. */
  readonly largestBacklog_bytes: number;
  readonly lost: number;
}

const report = (message: MqttCrowdReport): void => void process.send?.(message);
const payload = Buffer.from(
  toBinary(
    BalancerReadingSchema,
    create(BalancerReadingSchema, {
      timeMs: BigInt(Date.now()),
      currentA: { l1: 10.25, l2: 7.5, l3: 3.125 },
      voltageV: { l1: 230, l2: 231, l3: 229 },
      powerW: 4_800,
      energyImportWh: 1_234_567,
      energyExportWh: 0,
    }),
  ),
);

class Zen {
  acknowledged = 0;
  lost = false;
  onAcknowledged: () => void = () => undefined;
  private sent = 0;
  private readonly socket = new Socket();
  private readonly answers = new AnswerCounter();
  private readonly frame: Buffer;

  constructor(private readonly identity: string) {
    this.frame = publishFrame(`bb/v1/${identity}/reading`, 1, payload);
  }

  connect(port: number, secret: string): Promise<void> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.on('close', () => (this.lost = true));
      socket.once('data', () => {
        socket.off('error', reject);
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => {
          for (let answers = this.answers.take(chunk); answers > 0; answers--) {
            this.acknowledged++;
            this.onAcknowledged();
          }
        });
        resolve();
      });
      socket.connect(port, '127.0.0.1', () => socket.write(connectFrame(this.identity, secret, 600)));
    });
  }

  publish(): void {
    if (this.lost) return;
    this.sent++;
    const identifier = (this.sent % 65_535) + 1;
    const at = this.frame.length - payload.length - 2;
    const frame = Buffer.from(this.frame);
    frame.writeUInt16BE(identifier, at);
    this.socket.write(frame);
  }

  /** What has left this process. */
  get left(): number {
    return this.sent - Math.ceil(this.socket.writableLength / this.frame.length);
  }

  /** What has left and is not acknowledged. */
  get backlog_bytes(): number {
    return (this.left - this.acknowledged) * this.frame.length;
  }

  /** A device that cannot send has no endless memory either. */
  get clogged(): boolean {
    return this.socket.writableLength > 64 * 1024;
  }
}

const zens: Zen[] = [];
const total = (of: (zen: Zen) => number): number => zens.reduce((sum, zen) => sum + of(zen), 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function connect({ clients, port, prefix, secret }: Extract<MqttCrowdOrder, { kind: 'connect' }>) {
  const waiting = Array.from({ length: clients }, (_, index) => new Zen(`${prefix}-${index}`));
  zens.push(...waiting);
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (let zen = waiting.pop(); zen; zen = waiting.pop()) await zen.connect(port, secret);
    }),
  );
}

async function run(order: Exclude<MqttCrowdOrder, { kind: 'connect' }>): Promise<MqttCrowdReport> {
  const before = total(({ acknowledged }) => acknowledged);
  const until = performance.now() + order.duration_ms;
  let largestBacklog = 0;
  let largestBacklog_bytes = 0;
  let sent = 0;
  const look = (): void => {
    const backlog = total(({ left, acknowledged }) => left - acknowledged);
    if (backlog <= largestBacklog) return;
    largestBacklog = backlog;
    largestBacklog_bytes = total((zen) => zen.backlog_bytes);
  };
  if (order.kind === 'closed-loop') {
    const next = (zen: Zen): void => {
      if (performance.now() >= until) return;
      sent++;
      zen.publish();
    };
    for (const zen of zens) {
      zen.onAcknowledged = () => next(zen);
      for (let each = 0; each < order.window; each++) next(zen);
    }
    while (performance.now() < until) {
      await pause(100);
      look();
    }
  } else {
    const turn_ms = 20;
    let owed = 0;
    let turn = 0;
    while (performance.now() < until) {
      owed += (order.rate_perSecond * turn_ms) / 1_000;
      for (; owed >= 1; owed--) {
        const zen = zens[turn++ % zens.length];
        if (!zen || zen.clogged) continue;
        sent++;
        zen.publish();
      }
      look();
      await pause(turn_ms);
    }
  }
  const acknowledged = total((zen) => zen.acknowledged) - before;
  const lost = zens.filter((zen) => zen.lost).length;
  return { sent, acknowledged, largestBacklog, largestBacklog_bytes, lost };
}

process.on('message', (order: MqttCrowdOrder) => {
  const nothing = { sent: 0, acknowledged: 0, largestBacklog: 0, largestBacklog_bytes: 0, lost: 0 };
  if (order.kind === 'connect') void connect(order).then(() => report(nothing));
  else void run(order).then(report);
});
process.on('disconnect', () => process.exit(0));
