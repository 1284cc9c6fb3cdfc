import type { Logger } from '#libs/platform/logger.js';
import {
  decodeUplink,
  type CommandAnswered,
  type EventsTold,
  type SettingsTold,
} from '#libs/protocols/mqtt/decode.js';
import { uplinkOf } from '#libs/protocols/mqtt/topics.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import type { HubEvents } from './hub-events.js';
import type { MqttSession } from './mqtt-session.js';

export interface UplinkPorts {
  readonly hubEvents: Pick<HubEvents, 'keep'>;
  readonly registry: Pick<DeviceRegistry, 'recordBoot'>;
  readonly settingsTold: (session: MqttSession, told: SettingsTold, receivedAt: number) => Promise<void>;
  readonly commandAnswered: (session: MqttSession, answer: CommandAnswered) => Promise<void>;
  readonly booted: (session: MqttSession) => void;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
  readonly badMessages: number;
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
    switch (decoded.value.type) {
      case 'events':
        await this.keep(session, decoded.value, receivedAt);
        break;
      case 'settings':
        await this.ports.settingsTold(session, decoded.value, receivedAt);
        break;
      case 'command-answer':
        await this.ports.commandAnswered(session, decoded.value);
        break;
    }
    this.ports.metrics.messages.inc({ protocol: 'mqtt', action: place.uplink, outcome: 'accepted' });
  }

  private async keep(
    session: MqttSession,
    { deviceTime, events }: EventsTold,
    receivedAt: number,
  ): Promise<void> {
    const { device } = session;
    const times = { deviceTime: deviceTime ?? receivedAt, receivedAt };
    for (const event of events) {
      if (event.type === 'hub-event') await this.ports.hubEvents.keep(session, event, times);
      else await this.ports.observe(device, event, times);
      if (event.type === 'booted') {
        await this.ports.registry.recordBoot(device.deviceId, receivedAt, event);
        this.ports.booted(session);
      }
    }
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
