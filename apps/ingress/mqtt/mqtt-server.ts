import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { Logger } from '#libs/platform/logger.js';
import { encodeEventAcknowledged } from '#libs/protocols/mqtt/encode.js';
import { downlinkTopic, isOwnDownlink, isTopicLevel, type Encoding } from '#libs/protocols/mqtt/topics.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { HubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressLimits } from '../ingress-config.js';
import { listen } from '../listen.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import { authenticate } from '../ocpp/admission.js';
import { TokenBucket } from '../token-bucket.js';
import { GuardedConnection } from './guarded-connection.js';
import type { MqttSession } from './mqtt-session.js';
import { MqttSessions } from './mqtt-sessions.js';
import { UplinkHandler } from './uplink-handler.js';

export interface MqttServerPorts {
  readonly registry: DeviceRegistry;
  readonly journal: HubEventJournal;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly limits: IngressLimits;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
}

/** MQTT 3.1.1 3.2.2.3. */
const badUserOrPassword = 4;
const serverUnavailable = 3;

/** A device that promises no sign of life for longer, or none at all, is not let in: its silence must mean something. */
const longestKeepAlive_s = 600;

/**
 * The port of balancers and hubs: a broker that only terminates. Nothing a device publishes is handed to another one,
 * sessions are not kept (what a device must know is sent again when it connects), and what it publishes is durable
 * before the PUBACK because the broker asks authorizePublish first.
 */
export class MqttServer {
  readonly sessions: MqttSessions;
  private readonly uplinks: UplinkHandler;
  private readonly net: Server;
  private readonly broker: Aedes;
  private readonly sockets = new Set<Socket>();
  private pending = 0;

  constructor(private readonly ports: MqttServerPorts) {
    this.sessions = new MqttSessions(ports);
    this.uplinks = new UplinkHandler({
      ...ports,
      badMessages: ports.limits.badMessages,
      acknowledge: (session, sequence, encoding) => this.acknowledge(session, sequence, encoding),
    });
    this.broker = new Aedes({
      connectTimeout: ports.limits.handshakeTimeout_ms,
      drainTimeout: ports.limits.pingInterval_ms,
      keepaliveLimit: longestKeepAlive_s,
      maxTopicLevels: 8,
      preConnect: (_client, packet, done) => {
        packet.clean = true;
        done(null, true);
      },
      authenticate: async (client, username, password, reply) => {
        const code = await this.authenticate(client, username, password);
        if (code === null) reply(null, true);
        else reply(refusal(code), false);
      },
      authorizePublish: async (client, packet, reply) => reply(await this.published(client, packet)),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.maySubscribe(client, subscription) ? subscription : null),
    });
    this.listenToBroker();
    this.net = createServer({ keepAlive: true, noDelay: true }, (socket) => this.connected(socket));
  }

  async listen(host: string, port: number): Promise<number> {
    await this.broker.listen();
    return listen(this.net, host, port, 'MQTT');
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.net.listening) this.net.close(() => resolve());
      else resolve();
    });
    await this.sessions.drain();
    await new Promise<void>((resolve) => this.broker.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private connected(socket: Socket): void {
    const { clock, limits, metrics } = this.ports;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    const connection = new GuardedConnection(socket, {
      maximum_bytes: limits.mqttPacket_bytes,
      bucket: new TokenBucket(clock, limits.burst_messages, limits.rate_messagesPerSecond),
      refused: (reason) => {
        metrics.refusals.inc({ protocol: 'mqtt', reason });
        const session = this.sessions.of(client);
        if (session && reason !== 'rate') session.cause = 'protocol';
      },
    });
    connection.on('error', () => undefined);
    const client = this.broker.handle(connection);
    connection.on('close', () => this.sessions.end(client));
  }

  /** Null lets the device in; otherwise the CONNACK code. */
  private async authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<number | null> {
    const { limits, logger, metrics, registry } = this.ports;
    const identity = client.id;
    if (this.pending >= limits.pendingHandshakes) {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'busy' });
      return serverUnavailable;
    }
    this.pending++;
    try {
      const known = username === identity && isTopicLevel(identity) && !identity.includes('\u0000');
      const device = known
        ? await authenticate(registry, identity, password ?? null, ['balancer', 'hub'])
        : null;
      if (!device) {
        metrics.refusals.inc({ protocol: 'mqtt', reason: 'auth' });
        logger.info('MQTT connection refused: bad client id, user name or password');
        return badUserOrPassword;
      }
      await this.sessions.begin(device, await registry.openConnection(device.deviceId), client);
      return null;
    } catch (error) {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'unavailable' });
      logger.error({ err: error }, 'a device could not be let in');
      return serverUnavailable;
    } finally {
      this.pending--;
    }
  }

  /** Null: it is durable and may be acknowledged; an error ends the connection. */
  private async published(client: Client | null, packet: PublishPacket): Promise<Error | null> {
    const session = client ? this.sessions.of(client) : undefined;
    if (!session) return new Error('nobody published this');
    // A retained message would outlive the connection in the broker's memory.
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { topic, qos } = packet;
    try {
      await session.inOrder(() => this.uplinks.take(session, { topic, payload, qos }));
      return null;
    } catch (error) {
      if (session.cause === 'closed') {
        session.cause = 'protocol';
        this.ports.logger.error({ identity: session.device.identity, err: error }, 'a message was not kept');
      }
      return error as Error;
    }
  }

  private maySubscribe(client: Client, subscription: Subscription): boolean {
    const session = this.sessions.of(client);
    const allowed = session !== undefined && isOwnDownlink(subscription.topic, session.device.identity);
    if (!allowed) {
      const foreign = /[+#]|^\$/.test(subscription.topic) ? 'wildcard' : 'foreign-topic';
      this.ports.metrics.refusals.inc({ protocol: 'mqtt', reason: foreign });
    }
    return allowed;
  }

  private acknowledge(session: MqttSession, sequence: number, encoding: Encoding): void {
    const packet: PublishPacket = {
      cmd: 'publish',
      topic: downlinkTopic(session.device.identity, 'event-acknowledged', encoding),
      payload: encodeEventAcknowledged(sequence, encoding),
      qos: 1,
      retain: false,
      dup: false,
    };
    this.broker.publish(packet, (error) => {
      if (error) this.ports.logger.warn({ err: error }, 'an event acknowledgement was not sent');
    });
  }

  /** A broker event without a listener would end the process or hide a device's trouble. */
  private listenToBroker(): void {
    const { logger, metrics } = this.ports;
    this.broker.on('clientError', (client, error) => {
      logger.info(
        { identity: this.sessions.of(client)?.device.identity, reason: error.message },
        'MQTT client',
      );
    });
    this.broker.on('connectionError', (_client, error) => {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'protocol' });
      logger.info({ reason: error.message }, 'MQTT connection');
    });
    this.broker.on('keepaliveTimeout', (client) => {
      const session = this.sessions.of(client);
      if (session) session.cause = 'timeout';
    });
    this.broker.on('ping', (_packet, client) => this.sessions.heard(client));
    this.broker.on('subscribe', (subscriptions, client) => {
      const session = this.sessions.of(client);
      if (session?.device.kind !== 'hub') return;
      for (const { topic } of subscriptions) {
        const encoding = topic.includes('/json/') ? 'json' : 'protobuf';
        if (isOwnDownlink(topic, session.device.identity))
          session
            .inOrder(() => this.uplinks.acknowledgeHeld(session, encoding))
            .catch((error: Error) => logger.error({ err: error }, 'a hub was not told its journal'));
      }
    });
    // The class declares no such event, yet its persistence emits it.
    (this.broker as EventEmitter).on('error', (error: Error) => logger.error({ err: error }, 'MQTT broker'));
  }
}

const refusal = (code: number): AuthenticateError =>
  Object.assign(new Error('refused'), { returnCode: code }) as AuthenticateError;
