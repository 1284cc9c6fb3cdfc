import type { Client } from 'aedes';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { Logger } from '#libs/platform/logger.js';
import type { Connection, DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import { MqttSession } from './mqtt-session.js';

/** A connection that the device itself made pointless; no trouble of ours. */
export class NotLetIn extends Error {}

export interface MqttSessionsPorts {
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
}

/** The MQTT devices connected to this instance, one connection each: the one with the highest epoch. */
export class MqttSessions {
  private readonly byClient = new Map<Client, MqttSession>();
  private readonly byDevice = new Map<string, MqttSession>();
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly ports: MqttSessionsPorts) {}

  of(client: Client): MqttSession | undefined {
    return this.byClient.get(client);
  }

  get(deviceId: string): MqttSession | undefined {
    return this.byDevice.get(deviceId);
  }

  all(): readonly MqttSession[] {
    return [...this.byDevice.values()];
  }

  /** Announces a connection; rejects when the bus does not take it, and then there is none. */
  async begin(device: RegisteredDevice, connection: Connection, client: Client): Promise<void> {
    if (client.closed || client.conn.destroyed) throw new NotLetIn('the device hung up while it was let in');
    const other = this.byDevice.get(device.deviceId);
    if (other && other.connection.connectionEpoch > connection.connectionEpoch)
      throw new NotLetIn('a newer connection of this device is already here');
    const session = new MqttSession(device, connection, client);
    this.byClient.set(client, session);
    this.byDevice.set(device.deviceId, session);
    other?.close('replaced');
    this.ports.metrics.connections.inc({ kind: device.kind });
    const { connectionEpoch } = connection;
    await session.inOrder(() => this.say(session, { type: 'connected', connectionEpoch, protocol: 'mqtt' }));
    this.ports.logger.info({ ...named(session) }, 'MQTT device connected');
  }

  /** Called when the socket of `client` has closed; a replaced connection never ends the newer one. */
  end(client: Client): void {
    const session = this.byClient.get(client);
    if (!session) return;
    if (this.byDevice.get(session.device.deviceId) === session) this.byDevice.delete(session.device.deviceId);
    this.ports.metrics.connections.dec({ kind: session.device.kind });
    const { connectionEpoch } = session.connection;
    const { cause } = session;
    const ended = session
      .inOrder(() => this.say(session, { type: 'disconnected', connectionEpoch, cause }))
      .catch((error: Error) => this.ports.logger.error({ err: error }, 'could not publish disconnected'))
      // Only now: the will is authorized after the close and must still find whose it is.
      .finally(() => this.byClient.delete(client));
    this.ending.add(ended);
    void ended.finally(() => this.ending.delete(ended));
    this.ports.logger.info({ ...named(session), cause }, 'MQTT device disconnected');
  }

  /** An MQTT PINGREQ is a sign of life. */
  heard(client: Client): void {
    const session = this.byClient.get(client);
    if (!session) return;
    session
      .inOrder(() => this.say(session, { type: 'heard' }))
      .catch((error: Error) => this.ports.logger.error({ err: error }, 'could not publish heard'));
  }

  /** Closes the connections that a newer one on another instance has replaced. */
  async closeReplaced(registry: Pick<DeviceRegistry, 'replaced'>): Promise<void> {
    const mine = [...this.byDevice.values()];
    const replaced = await registry.replaced(
      mine.map(({ device, connection }) => ({
        deviceId: device.deviceId,
        connectionEpoch: connection.connectionEpoch,
      })),
    );
    for (const session of mine) if (replaced.includes(session.device.deviceId)) session.close('replaced');
  }

  async drain(): Promise<void> {
    for (const session of this.byDevice.values()) session.close('drain');
    while (this.byClient.size > 0 || this.ending.size > 0) {
      await Promise.all(this.ending);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private say(session: MqttSession, event: DeviceEvent): Promise<void> {
    const now = this.ports.clock.now();
    return this.ports.observe(session.device, event, { deviceTime: now, receivedAt: now });
  }
}

const named = ({ device, connection }: MqttSession) => ({
  identity: device.identity,
  deviceId: device.deviceId,
  kind: device.kind,
  connectionEpoch: connection.connectionEpoch,
});
