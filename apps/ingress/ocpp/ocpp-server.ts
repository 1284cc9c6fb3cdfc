import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import { listen } from '../listen.js';
import type { RefusalReason } from '../metrics.js';
import { httpRefusals, type HttpRefusalCode } from '../refusals.js';
import { admit, negotiate } from './admission.js';
import type { Dialects } from './dialect.js';
import { Station, type StationPorts } from './station.js';
import { Stations } from './stations.js';

export interface OcppServerPorts extends StationPorts {
  readonly registry: DeviceRegistry;
  readonly dialects: Dialects;
}

const metricReason: Readonly<Record<HttpRefusalCode, RefusalReason>> = {
  'not-a-websocket': 'protocol',
  'unknown-path': 'unknown-path',
  'bad-identity': 'bad-identity',
  'subprotocol-missing': 'subprotocol',
  'subprotocol-unknown': 'subprotocol',
  auth: 'auth',
  busy: 'busy',
  unavailable: 'unavailable',
};

/** The chargers' port: everything is asked before the WebSocket opens, and refused with the reason in the HTTP answer. */
export class OcppServer {
  readonly stations = new Stations();
  private readonly http: Server;
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
    this.http = createServer({ requestTimeout: limits.handshakeTimeout_ms }, (request, response) => {
      const { status, ...body } = this.refusal(request, 'not-a-websocket');
      response.writeHead(status, { 'content-type': 'application/problem+json', upgrade: 'websocket' });
      response.end(JSON.stringify(body));
    });
    this.http.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
    this.http.on('clientError', (_error, socket) => {
      ports.metrics.refusals.inc({ protocol: 'ocpp', reason: 'protocol' });
      socket.destroy();
    });
    this.pings = setInterval(() => this.stations.ping(), limits.pingInterval_ms);
  }

  listen(host: string, port: number): Promise<number> {
    return listen(this.http, host, port, 'OCPP');
  }

  /** Takes no more connections, lets calls under way finish, and closes the rest. */
  async close(): Promise<void> {
    this.draining = true;
    clearInterval(this.pings);
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    await this.stations.drain();
    this.http.closeAllConnections();
    await closed;
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Between the upgrade event and the WebSocket nobody else listens; an error here must not end the process.
    const ignore = () => undefined;
    socket.on('error', ignore);
    if (this.draining || this.pending >= this.ports.limits.pendingHandshakes)
      return this.refuse(request, socket, 'busy');
    this.pending++;
    try {
      const admission = await admit(this.ports.registry, request);
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
  404: 'Not Found',
  426: 'Upgrade Required',
  503: 'Service Unavailable',
} as const;
