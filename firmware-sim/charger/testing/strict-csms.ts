import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createValidator, RPCServer } from 'ocpp-rpc';
import { officialDocuments } from '../official-schemas.js';
import type { Answer, Protocol } from '../protocol.js';

export interface Heard {
  readonly identity: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

interface Session extends NodeJS.EventEmitter {
  readonly identity: string;
  readonly protocol: string;
  call(method: string, params: object): Promise<Answer>;
  sendRaw(message: string): void;
  close(options: object): Promise<unknown>;
  handle(handler: (call: { method: string; params: Record<string, unknown> }) => unknown): void;
}

interface Handshake {
  readonly identity: string;
  readonly password?: Buffer;
  readonly request: { readonly socket: Socket };
}

export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  /** The root that client certificates must lead to; null: none is asked for. */
  readonly clientRoot: string | null;
}

/** A central system for tests: every edition, every message in both directions held against the official schemas. */
export class StrictCsms {
  readonly heard: Heard[] = [];
  readonly schemaErrors: unknown[] = [];
  /** The CALLERROR codes and raw frames that came in, newest last. */
  readonly frames: unknown[][] = [];
  answer: (call: Heard) => unknown = () => undefined;
  /** Decides who may come in; answers the HTTP status of a refusal, or null. */
  admit: (handshake: {
    identity: string;
    password: string | null;
    clientName: string | null;
  }) => number | null = () => null;
  port = 0;
  private readonly sessions = new Map<string, Session>();
  private server: RPCServer | null = null;
  private http: Server | null = null;

  constructor(private readonly tls: TlsMaterial | null) {}

  async start(port: number): Promise<void> {
    const protocols: Protocol[] = ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'];
    const server = new RPCServer({
      protocols,
      strictMode: true,
      strictModeValidators: [createValidator('ocpp2.1', officialDocuments('ocpp2.1') as never)] as never,
      maxBadMessages: Infinity,
    });
    server.auth((accept, reject, handshake) => {
      const { identity, password, request } = handshake as unknown as Handshake;
      const { authorized } = request.socket as TLSSocket;
      const clientName = authorized
        ? String((request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? '')
        : null;
      const refused = this.admit({ identity, password: password?.toString() ?? null, clientName });
      if (refused === null) accept();
      else reject(refused, 'refused by the test');
    });
    server.on('client', (client: Session) => this.greet(client));
    const { tls } = this;
    this.http = tls
      ? createHttps({
          key: tls.key,
          cert: tls.cert,
          ...(tls.clientRoot !== null && {
            ca: tls.clientRoot,
            requestCert: true,
            rejectUnauthorized: false,
          }),
        })
      : createHttp();
    this.http.on('upgrade', server.handleUpgrade as never);
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
    this.port = (this.http.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    await this.server?.close({ force: true });
    this.http?.closeAllConnections();
    this.http?.close();
    this.server = null;
  }

  of(method: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message.method === method).map(({ params }) => params);
  }

  session(identity: string): Session {
    const session = this.sessions.get(identity);
    if (!session) throw new Error(`${identity} is not connected`);
    return session;
  }

  call(identity: string, method: string, params: object): Promise<Answer> {
    return this.session(identity).call(method, params);
  }

  private greet(client: Session): void {
    this.sessions.set(client.identity, client);
    client.on('strictValidationFailure', (failure: { error: Error; method: string }) =>
      this.schemaErrors.push(`${failure.method}: ${failure.error.message}`),
    );
    client.on('message', ({ message, outbound }: { message: unknown; outbound: boolean }) => {
      if (!outbound) this.frames.push(JSON.parse(String(message)) as unknown[]);
    });
    client.handle(({ method, params }) => {
      const call = { identity: client.identity, method, params };
      this.heard.push(call);
      return this.answer(call) ?? usual(client.protocol, method);
    });
  }
}

function usual(protocol: string, method: string): object {
  const currentTime = new Date().toISOString();
  const idTagInfo = { status: 'Accepted' };
  const accepted = { status: 'Accepted' };
  const both: Record<string, object> = {
    BootNotification: { status: 'Accepted', currentTime, interval: 300 },
    Heartbeat: { currentTime },
    SignCertificate: accepted,
    DataTransfer: accepted,
    NotifyEVChargingNeeds: accepted,
    NotifyEVChargingSchedule: accepted,
    GetCertificateStatus: { status: 'Accepted', ocspResult: 'good' },
    Get15118EVCertificate: { status: 'Accepted', exiResponse: 'exi' },
  };
  const old: Record<string, object> = {
    Authorize: { idTagInfo },
    StartTransaction: { idTagInfo, transactionId: 42 },
    StopTransaction: { idTagInfo },
  };
  const modern: Record<string, object> = {
    Authorize: { idTokenInfo: { status: 'Accepted' } },
    TransactionEvent: {},
  };
  return both[method] ?? (protocol === 'ocpp1.6' ? old : modern)[method] ?? {};
}
