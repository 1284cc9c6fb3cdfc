import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TokenBucket } from '../token-bucket.js';
import { PacketLengths } from './packet-lengths.js';

export interface Guard {
  readonly maximum_bytes: number;
  readonly bucket: TokenBucket;
  readonly refused: (reason: 'oversize' | 'protocol' | 'rate') => void;
}

/** A device's socket as the broker sees it: packets within the size cap, at no more than the device's rate. */
export class GuardedConnection extends Duplex {
  private readonly lengths: PacketLengths;
  private heldBack: NodeJS.Timeout | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly guard: Guard,
  ) {
    super();
    this.lengths = new PacketLengths(guard.maximum_bytes);
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pause();
  }

  override _read(): void {
    if (!this.heldBack) this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
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
    let wait_ms = 0;
    for (let packet = 0; packet < packets; packet++) wait_ms = Math.max(wait_ms, this.guard.bucket.take());
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
