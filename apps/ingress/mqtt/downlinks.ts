import type { PublishPacket } from 'aedes';
import { encodeSaid, type Said } from '#libs/protocols/mqtt/encode.js';
import { downlinkTopic } from '#libs/protocols/mqtt/topics.js';
import type { IngressMetrics } from '../metrics.js';
import type { MqttSession } from './mqtt-session.js';

export interface DownlinksPorts {
  readonly metrics: Pick<IngressMetrics, 'messages'>;
}

/** Writes what is said to a device into its own connection, QoS 1, in the encoding it subscribed to. */
export class Downlinks {
  constructor(private readonly ports: DownlinksPorts) {}

  /** False: the device does not listen to this, or is gone; nothing was written. */
  async send(session: MqttSession, said: Said): Promise<boolean> {
    const encoding = session.listens.get(said.downlink);
    if (encoding === undefined || !session.open) return false;
    const packet: PublishPacket = {
      cmd: 'publish',
      topic: downlinkTopic(session.device.identity, said.downlink, encoding),
      payload: encodeSaid(said, encoding),
      qos: 1,
      retain: false,
      dup: false,
    };
    await new Promise<void>((resolve) => {
      session.client.publish(packet, () => resolve());
    });
    const written = session.open;
    const outcome = written ? 'sent' : 'lost';
    this.ports.metrics.messages.inc({ protocol: 'mqtt', action: said.downlink, outcome });
    return written;
  }
}
