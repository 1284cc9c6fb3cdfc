import type { Client } from 'aedes';
import type { Disconnected } from '#libs/devices/device-event.js';
import type { Downlink, Encoding } from '#libs/protocols/mqtt/topics.js';
import type { Connection, RegisteredDevice } from '#libs/store/device-registry.js';

/** One authenticated connection of a balancer or hub. */
export class MqttSession {
  cause: Disconnected['cause'] = 'closed';
  badMessages = 0;
  /** Highest hub event sequence known to have no gap before it; where the next look begins. */
  highestWithoutGap = 0;
  /** Downlinks it subscribed to, each with the encoding of the newest subscription. */
  readonly listens = new Map<Downlink, Encoding>();
  private tail: Promise<void> = Promise.resolve();

  constructor(
    readonly device: RegisteredDevice,
    readonly connection: Connection,
    readonly client: Client,
  ) {}

  get open(): boolean {
    return !this.client.closed;
  }

  /** Runs one piece of work after the other: a device's messages stay in its order, over every await. */
  inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.tail.then(work);
    this.tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Runs `work` when the connection ends, at once when it has. */
  onEnd(work: () => void): void {
    if (this.client.conn.destroyed) work();
    else this.client.conn.once('close', work);
  }

  /** The first cause that is noted stands: closing for a reason also looks like the device hanging up. */
  close(cause: Disconnected['cause']): void {
    if (this.cause === 'closed') this.cause = cause;
    this.client.close();
  }
}
