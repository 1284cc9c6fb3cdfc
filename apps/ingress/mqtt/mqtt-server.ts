import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { Logger } from '#libs/platform/logger.js';
import { downlinkOf } from '#libs/protocols/mqtt/topics.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressLimits } from '../ingress-config.js';
import { listen } from '../listen.js';
import type { IngressMetrics } from '../metrics.js';
import { provenCertificate, type TlsIdentity } from '../ocpp/tls.js';
import { TokenBucket } from '../token-bucket.js';
import { ConnectThrottle } from './connect-throttle.js';
import { GuardedConnection } from './guarded-connection.js';
import { proveMqtt } from './mqtt-door.js';
import type { MqttSession } from './mqtt-session.js';
import { NotLetIn, type MqttSessions } from './mqtt-sessions.js';
import { SilentEmitter } from './silent-emitter.js';
import type { UplinkHandler } from './uplink-handler.js';

export interface MqttServerPorts {
  readonly registry: DeviceRegistry;
  readonly sessions: MqttSessions;
  readonly uplinks: Pick<UplinkHandler, 'take'>;
  /** The device listens to one downlink more. */
  readonly listening: (session: MqttSession) => void;
  readonly clock: Clock;
  readonly limits: IngressLimits;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
}

/** MQTT 3.1.1 3.2.2.3. */
const serverUnavailable = 3;
const badUserOrPassword = 4;
const notAuthorized = 5;

/** A device that promises no sign of life for longer, or none at all, is not let in: its silence must mean something. */
const longestKeepAlive_s = 600;

/**
 * The ports of balancers and hubs: a broker that only terminates. Nothing a device publishes is handed to another one,
 * sessions are not kept (what a device must know is sent again when it connects), and what it publishes is durable
 * before the PUBACK because the broker asks authorizePublish first.
 */
export class MqttServer {
  private readonly nets: Server[] = [];
  private readonly broker: Aedes;
  private readonly throttle: ConnectThrottle;
  private readonly sockets = new Set<Socket>();
  private pending = 0;

  constructor(private readonly ports: MqttServerPorts) {
    this.throttle = new ConnectThrottle(ports.clock, ports.limits);
    this.broker = new Aedes({
      connectTimeout: ports.limits.handshakeTimeout_ms,
      drainTimeout: ports.limits.pingInterval_ms,
      keepaliveLimit: longestKeepAlive_s,
      maxTopicLevels: 8,
      mq: new SilentEmitter() as never,
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
  }

  /** Answers the real port. Passwords cross this one in the clear: for networks that end TLS in front of it. */
  async listen(host: string, port: number): Promise<number> {
    if (this.broker.closed) await this.broker.listen();
    const net = createServer({ keepAlive: true, noDelay: true }, (socket) => this.connected(socket));
    this.nets.push(net);
    return listen(net, host, port, 'MQTT');
  }

  /** The same devices on TLS; answers the real port. A client certificate is asked for and needed by security profile 3. */
  async listenTls(host: string, port: number, identity: TlsIdentity): Promise<number> {
    if (this.broker.closed) await this.broker.listen();
    const net = createTlsServer(
      {
        keepAlive: true,
        noDelay: true,
        handshakeTimeout: this.ports.limits.handshakeTimeout_ms,
        cert: identity.certificate,
        key: identity.key,
        ca: [...identity.trust],
        requestCert: true,
        // A device without one may still come with its password (security profiles 1 and 2).
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
      },
      (socket) => this.connected(socket),
    );
    net.on('tlsClientError', (_error, socket) => {
      this.ports.metrics.refusals.inc({ protocol: 'mqtt', reason: 'protocol' });
      socket.destroy();
    });
    this.nets.push(net);
    return listen(net, host, port, 'MQTT over TLS');
  }

  /** Called now and then. */
  tidy(): void {
    this.throttle.tidy();
  }

  async close(): Promise<void> {
    const closed = this.nets.map(
      (net) =>
        new Promise<void>((resolve) => {
          if (net.listening) net.close(() => resolve());
          else resolve();
        }),
    );
    await this.ports.sessions.drain();
    await new Promise<void>((resolve) => this.broker.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private connected(socket: Socket): void {
    const { clock, limits, metrics, sessions } = this.ports;
    if (!this.throttle.admits(socket.remoteAddress ?? '')) {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'throttled' });
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    const connection = new GuardedConnection(socket, {
      maximum_bytes: limits.mqttPacket_bytes,
      sendBuffer_bytes: limits.sendBuffer_bytes,
      messages: new TokenBucket(clock, limits.burst_messages, limits.rate_messagesPerSecond),
      bytes: new TokenBucket(clock, limits.mqttBurst_bytes, limits.mqttRate_bytesPerSecond),
      refused: (reason) => {
        metrics.refusals.inc({ protocol: 'mqtt', reason });
        const session = sessions.of(client);
        if (session && reason !== 'rate') session.cause = 'protocol';
      },
    });
    connection.on('error', () => undefined);
    const client = this.broker.handle(connection);
    connection.on('close', () => sessions.end(client));
  }

  /** Null lets the device in; otherwise the CONNACK code. */
  private async authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<number | null> {
    const { limits, logger, metrics, registry, sessions } = this.ports;
    if (this.pending >= limits.pendingHandshakes) {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'busy' });
      return serverUnavailable;
    }
    this.pending++;
    try {
      const { socket } = client.conn as GuardedConnection;
      const proven = await proveMqtt(registry, {
        clientId: client.id,
        // A client without one is told of as null by the broker.
        username: username ?? undefined,
        password: password ?? undefined,
        encrypted: socket instanceof TLSSocket,
        certificate: socket instanceof TLSSocket ? provenCertificate(socket) : null,
      });
      if (!proven.ok) {
        metrics.refusals.inc({ protocol: 'mqtt', reason: proven.error });
        logger.info({ reason: proven.error }, 'MQTT connection refused');
        // Told only to a device that knows its password.
        return proven.error === 'security-profile' ? notAuthorized : badUserOrPassword;
      }
      await sessions.begin(proven.value, await registry.openConnection(proven.value.deviceId), client);
      return null;
    } catch (error) {
      if (error instanceof NotLetIn) {
        metrics.refusals.inc({ protocol: 'mqtt', reason: 'gone' });
        logger.info({ reason: error.message }, 'MQTT connection not begun');
        return serverUnavailable;
      }
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'unavailable' });
      logger.error({ err: error }, 'a device could not be let in');
      return serverUnavailable;
    } finally {
      this.pending--;
    }
  }

  /** Null: it is durable and may be acknowledged; an error ends the connection. */
  private async published(client: Client | null, packet: PublishPacket): Promise<Error | null> {
    const session = client ? this.ports.sessions.of(client) : undefined;
    if (!session) return new Error('nobody published this');
    // A retained message would outlive the connection in the broker's memory.
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { topic, qos } = packet;
    try {
      await session.inOrder(() => this.ports.uplinks.take(session, { topic, payload, qos }));
      return null;
    } catch (error) {
      if (session.cause === 'closed') {
        session.cause = 'protocol';
        this.ports.logger.error({ identity: session.device.identity, err: error }, 'a message was not kept');
      }
      return error as Error;
    }
  }

  private maySubscribe(client: Client, { topic }: Subscription): boolean {
    const session = this.ports.sessions.of(client);
    const { identity, kind } = session?.device ?? {};
    const allowed =
      identity !== undefined && kind !== undefined && downlinkOf(topic, identity, kind) !== null;
    if (!allowed) {
      const foreign = /[+#]|^\$/.test(topic) ? 'wildcard' : 'foreign-topic';
      this.ports.metrics.refusals.inc({ protocol: 'mqtt', reason: foreign });
    }
    return allowed;
  }

  private subscribed(topics: readonly string[], client: Client): void {
    const session = this.ports.sessions.of(client);
    if (!session) return;
    const own = topics.flatMap((topic) => {
      const place = downlinkOf(topic, session.device.identity, session.device.kind);
      return place ? [place] : [];
    });
    if (own.length === 0) return;
    for (const { downlink, encoding } of own) session.listens.set(downlink, encoding);
    this.ports.listening(session);
  }

  /** A broker event without a listener would end the process or hide a device's trouble. */
  private listenToBroker(): void {
    const { logger, metrics, sessions } = this.ports;
    this.broker.on('clientError', (client, error) => {
      logger.info({ identity: sessions.of(client)?.device.identity, reason: error.message }, 'MQTT client');
    });
    this.broker.on('connectionError', (_client, error) => {
      metrics.refusals.inc({ protocol: 'mqtt', reason: 'protocol' });
      logger.info({ reason: error.message }, 'MQTT connection');
    });
    this.broker.on('keepaliveTimeout', (client) => {
      const session = sessions.of(client);
      if (session) session.cause = 'timeout';
    });
    this.broker.on('ping', (_packet, client) => sessions.heard(client));
    this.broker.on('subscribe', (subscriptions, client) => {
      // A refused one is told of too, with the QoS of its refusal (MQTT 3.1.1 3.9.3).
      const granted = subscriptions.filter(({ qos }) => (qos as number) !== 128);
      this.subscribed(
        granted.map(({ topic }) => topic),
        client,
      );
    });
    this.broker.on('unsubscribe', (topics, client) => {
      const session = sessions.of(client);
      if (!session) return;
      for (const topic of topics) {
        const place = downlinkOf(topic, session.device.identity, session.device.kind);
        if (place && session.listens.get(place.downlink) === place.encoding)
          session.listens.delete(place.downlink);
      }
    });
    // The class declares no such event, yet its persistence emits it.
    (this.broker as EventEmitter).on('error', (error: Error) => logger.error({ err: error }, 'MQTT broker'));
  }
}

const refusal = (code: number): AuthenticateError =>
  Object.assign(new Error('refused'), { returnCode: code }) as AuthenticateError;
