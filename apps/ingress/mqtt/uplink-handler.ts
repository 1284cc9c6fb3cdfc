import type { Logger } from '#libs/platform/logger.js';
import { decodeUplink, type Decoded } from '#libs/protocols/mqtt/decode.js';
import { uplinkOf, type Encoding } from '#libs/protocols/mqtt/topics.js';
import type { HubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import type { MqttSession } from './mqtt-session.js';

export interface UplinkPorts {
  readonly journal: HubEventJournal;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
  readonly badMessages: number;
  readonly acknowledge: (session: MqttSession, sequence: number, encoding: Encoding) => void;
}

export interface Uploaded {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
}

/**
 * Takes one published message. Resolves when it is durable, so that the PUBACK that follows is true; rejects when the
 * connection must end instead: the device repeats what was not acknowledged.
 */
export class UplinkHandler {
  constructor(private readonly ports: UplinkPorts) {}

  async take(session: MqttSession, message: Uploaded): Promise<void> {
    const { device } = session;
    const receivedAt = this.ports.clock.now();
    const place = uplinkOf(message.topic, device.identity, device.kind);
    if (!place) return this.refuse(session, 'foreign-topic');
    // The topic table promises QoS 0 and 1 only; QoS 2 would keep state per message for nothing.
    if (message.qos > 1) return this.refuse(session, 'qos');
    const decoded = decodeUplink(place.uplink, place.encoding, message.payload);
    if (!decoded.ok) return this.discard(session, place.uplink, decoded.error);
    if (decoded.value) await this.keep(session, decoded.value, receivedAt, place.encoding);
    this.ports.metrics.messages.inc({ protocol: 'mqtt', action: place.uplink, outcome: 'accepted' });
  }

  /** Tells a hub where its journal stands; it sends everything above again. */
  async acknowledgeHeld(session: MqttSession, encoding: Encoding): Promise<void> {
    const { deviceId } = session.device;
    const highest = await this.ports.journal.highestWithoutGap(deviceId, session.highestWithoutGap);
    if (highest === null) return;
    session.highestWithoutGap = highest;
    this.ports.acknowledge(session, highest, encoding);
  }

  private async keep(
    session: MqttSession,
    { event, deviceTime }: Decoded,
    receivedAt: number,
    encoding: Encoding,
  ): Promise<void> {
    const { device } = session;
    const times = { deviceTime: deviceTime ?? receivedAt, receivedAt };
    if (event.type !== 'hub-event') return this.ports.observe(device, event, times);
    await this.ports.journal.record({ deviceId: device.deviceId, siteId: device.siteId, event, ...times });
    // Published on a replay too: the first word may have been lost between journal and bus.
    await this.ports.observe(device, event, times);
    await this.acknowledgeHeld(session, encoding);
  }

  private refuse(session: MqttSession, reason: 'foreign-topic' | 'qos'): never {
    this.ports.metrics.refusals.inc({ protocol: 'mqtt', reason });
    this.ports.logger.warn({ identity: session.device.identity, reason }, 'closed for what it published');
    session.close('protocol');
    throw new Error(`refused: ${reason}`);
  }

  /** Acknowledged and dropped: a device would repeat an unreadable message for ever. Too many end the connection. */
  private discard(session: MqttSession, uplink: string, why: string): void {
    const { identity } = session.device;
    this.ports.metrics.refusals.inc({ protocol: 'mqtt', reason: 'bad-payload' });
    this.ports.metrics.messages.inc({ protocol: 'mqtt', action: uplink, outcome: 'refused' });
    this.ports.logger.warn({ identity, uplink }, why);
    session.badMessages++;
    if (session.badMessages > this.ports.badMessages) session.close('protocol');
  }
}
