import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import { listen } from '../listen.js';
import type { RefusalReason } from '../metrics.js';
import { httpRefusals, type HttpRefusalCode } from '../refusals.js';
import { admit, isHandshake, negotiate, type DoorPolicy } from './admission.js';
import type { Dialects } from './dialect.js';
import { Station, type StationPorts } from './station.js';
import { Stations } from './stations.js';
import { visitorOf, type TlsIdentity } from './tls.js';

export interface OcppServerPorts extends StationPorts {
  readonly registry: DeviceRegistry;
  readonly dialects: Dialects;
  readonly policy: DoorPolicy;
}

const metricReason: Readonly<Record<HttpRefusalCode, RefusalReason>> = {
  'not-a-websocket': 'protocol',
  'unknown-path': 'unknown-path',
  'bad-identity': 'bad-identity',
  'subprotocol-missing': 'subprotocol',
  'subprotocol-unknown': 'subprotocol',
  auth: 'auth',
  'encryption-required': 'security-profile',
  'certificate-required': 'security-profile',
  busy: 'busy',
  unavailable: 'unavailable',
};

/** The chargers' port: everything is asked before the WebSocket opens, and refused with the reason in the HTTP answer. */
export class OcppServer {
  readonly stations = new Stations();
  private readonly servers: Server[] = [];
  private readonly webSockets: WebSocketServer;
  private readonly pings: NodeJS.Timeout;
  private pending = 0;
  private draining = false;

  constructor(private readonly ports: OcppServerPorts) {
    const { limits } = ports;
    this.webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.webSocketMessage_bytes,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (_offered, request) => negotiate(request.headers['sec-websocket-protocol']) ?? false,
    });
    this.pings = setInterval(() => this.stations.ping(), limits.pingInterval_ms);
  }

  /** Answers the real port. Passwords cross this one in the clear: for networks that end TLS in front of it. */
  listen(host: string, port: number): Promise<number> {
    const server = createServer({ requestTimeout: this.ports.limits.handshakeTimeout_ms });
    return listen(this.open(server), host, port, 'OCPP');
  }

  /** The same stations on TLS; answers the real port. A client certificate is asked for and needed by security profile 3. */
  listenTls(host: string, port: number, identity: TlsIdentity): Promise<number> {
    const server = createTlsServer({
      requestTimeout: this.ports.limits.handshakeTimeout_ms,
      handshakeTimeout: this.ports.limits.handshakeTimeout_ms,
      cert: identity.certificate,
      key: identity.key,
      ca: [...identity.trust],
      requestCert: true,
      // A station without one may still come with its password (security profile 2).
      rejectUnauthorized: false,
      // OCPP 2.0.1 A00.FR.314.
      minVersion: 'TLSv1.2',
    });
    return listen(this.open(server), host, port, 'OCPP over TLS');
  }

  private open<Kind extends Server>(server: Kind): Kind {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { status, ...body } = this.refusal(request, 'not-a-websocket');
      response.writeHead(status, { 'content-type': 'application/problem+json', upgrade: 'websocket' });
      response.end(JSON.stringify(body));
    });
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
    const broken = (_error: Error, socket: Duplex): void => {
      this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: 'protocol' });
      socket.destroy();
    };
    server.on('clientError', broken);
    server.on('tlsClientError', broken);
    this.servers.push(server);
    return server;
  }

  /** Takes no more connections, lets calls under way finish, and closes the rest. */
  async close(): Promise<void> {
    this.draining = true;
    clearInterval(this.pings);
    const closed = this.servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    await this.stations.drain();
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(closed);
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Between the upgrade event and the WebSocket nobody else listens; an error here must not end the process.
    const ignore = () => undefined;
    socket.on('error', ignore);
    if (this.draining || this.pending >= this.ports.limits.pendingHandshakes)
      return this.refuse(request, socket, 'busy');
    // Before anything is written down: a handshake that cannot succeed must not take the place of a live connection.
    if (!isHandshake(request)) return this.refuse(request, socket, 'not-a-websocket');
    this.pending++;
    try {
      const { registry, policy } = this.ports;
      const admission = await admit(registry, policy, visitorOf(request));
      if (!admission.ok) return this.refuse(request, socket, admission.error);
      const { device, version } = admission.value;
      const connection = await this.ports.registry.openConnection(device.deviceId);
      if (this.draining) return this.refuse(request, socket, 'busy');
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', ignore);
        this.welcome(new Station(device, connection, this.ports.dialects[version], webSocket, this.ports));
      });
    } catch (error) {
      this.ports.logger.error({ err: error }, 'a charger could not be let in');
      this.refuse(request, socket, 'unavailable');
    } finally {
      this.pending--;
    }
  }

  private welcome(station: Station): void {
    const { metrics, logger } = this.ports;
    const { identity, deviceId }: RegisteredDevice = station.device;
    metrics.connections.inc({ kind: 'charger' });
    void station.ended.then(() => metrics.connections.dec({ kind: 'charger' }));
    this.stations.add(station);
    logger.info({ identity, deviceId, ...station.connection }, 'charger connected');
  }

  private refuse(request: IncomingMessage, socket: Duplex, code: HttpRefusalCode): void {
    const { status, ...body } = this.refusal(request, code);
    const text = JSON.stringify(body);
    const extra =
      code === 'auth'
        ? 'WWW-Authenticate: Basic realm="busbar", charset="UTF-8"\r\n'
        : status === 503
          ? 'Retry-After: 5\r\n'
          : '';
    socket.end(
      `HTTP/1.1 ${status} ${body.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${extra}Connection: close\r\n\r\n${text}`,
    );
    socket.once('finish', () => socket.destroy());
  }

  private refusal(request: IncomingMessage, code: HttpRefusalCode) {
    const { status, detail, remedy } = httpRefusals[code];
    this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: metricReason[code] });
    this.ports.logger.info({ code, from: request.socket.remoteAddress }, 'connection refused');
    return { status, code, title: titles[status], detail: `${detail} ${remedy}` };
  }
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
  503: 'Service Unavailable',
} as const;
