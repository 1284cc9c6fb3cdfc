import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TokenBucket } from '../token-bucket.js';
import { PacketLengths } from './packet-lengths.js';

export interface Guard {
  /** Largest packet. */
  readonly maximum_bytes: number;
  /** Bytes that may wait for a device that does not read. */
  readonly sendBuffer_bytes: number;
  readonly messages: TokenBucket;
  readonly bytes: TokenBucket;
  readonly refused: (reason: 'oversize' | 'protocol' | 'rate' | 'slow') => void;
}

type Written = (error: Error | null | undefined) => void;

/** A device's socket as the broker sees it: packets within the size cap, at no more than the device's rate, and read. */
export class GuardedConnection extends Duplex {
  private readonly lengths: PacketLengths;
  private heldBack: NodeJS.Timeout | null = null;

  constructor(
    readonly socket: Socket,
    private readonly guard: Guard,
  ) {
    super();
    this.lengths = new PacketLengths(guard.maximum_bytes);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pause();
  }

  /** Bytes that wait for the device to read. */
  get waiting_bytes(): number {
    return this.socket.writableLength + this.writableLength;
  }

  override _read(): void {
    if (!this.heldBack) this.socket.resume();
  }

  override write(chunk: unknown, done?: Written): boolean;
  override write(chunk: unknown, encoding: BufferEncoding, done?: Written): boolean;
  override write(chunk: unknown, second?: BufferEncoding | Written, done?: Written): boolean {
    const room = typeof second === 'string' ? super.write(chunk, second, done) : super.write(chunk, second);
    if (this.waiting_bytes > this.guard.sendBuffer_bytes && !this.destroyed) {
      this.guard.refused('slow');
      this.destroy(new Error('the device does not read what it is sent'));
    }
    return room;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  /** What the broker wrote in one turn leaves in one system call. */
  override _writev(
    chunks: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this.socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.heldBack) clearTimeout(this.heldBack);
    this.socket.destroy();
    done(error);
  }

  private receive(chunk: Buffer): void {
    if (this.destroyed) return;
    const packets = this.lengths.scan(chunk);
    if (typeof packets === 'string') {
      this.guard.refused(packets === 'oversize' ? 'oversize' : 'protocol');
      this.destroy(new Error(`MQTT packet is ${packets}`));
      return;
    }
    const wait_ms = Math.max(
      this.guard.bytes.takeMany(chunk.length),
      packets > 0 ? this.guard.messages.takeMany(packets) : 0,
    );
    const full = !this.push(chunk);
    if (wait_ms > 0) this.holdBack(wait_ms);
    else if (full) this.socket.pause();
  }

  /** Leaves the socket unread for a while: the device feels it as a full TCP window, nothing is lost. */
  private holdBack(duration_ms: number): void {
    this.guard.refused('rate');
    this.socket.pause();
    if (this.heldBack) clearTimeout(this.heldBack);
    this.heldBack = setTimeout(() => {
      this.heldBack = null;
      if (!this.destroyed) this.socket.resume();
    }, duration_ms);
  }
}
