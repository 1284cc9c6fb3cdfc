import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';

export interface Received {
  readonly method: string;
  readonly params: Record<string, unknown>;
}
interface Session {
  call(method: string, params: object): Promise<Record<string, unknown>>;
  close(options: object): Promise<unknown>;
  handle(handler: (call: { method: string; params: Record<string, unknown> }) => unknown): void;
}

/** An OCPP 1.6 central system for tests that checks every message against the OCPP 1.6 schemas (ocpp-rpc's strict mode). */
export class StrictCentralSystem {
  readonly received: Received[] = [];
  readonly schemaErrors: unknown[] = [];
  session: Session | null = null;
  answer: (call: Received) => unknown = () => undefined;
  port = 0;
  private server: RPCServer | null = null;

  async start(port: number): Promise<void> {
    const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
    server.on('client', (client: Session & NodeJS.EventEmitter) => {
      this.session = client;
      client.on('strictValidationFailure', (failure: { error: unknown }) =>
        this.schemaErrors.push(failure.error),
      );
      client.handle(({ method, params }) => {
        this.received.push({ method, params });
        return this.answer({ method, params }) ?? defaultAnswer(method);
      });
    });
    const http = await server.listen(port, '127.0.0.1');
    if (!http.listening) await once(http, 'listening');
    this.port = (http.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    await this.server?.close({ force: true });
    this.server = null;
  }

  of(method: string): Record<string, unknown>[] {
    return this.received.filter((message) => message.method === method).map(({ params }) => params);
  }

  call(method: string, params: object): Promise<Record<string, unknown>> {
    if (!this.session) throw new Error('no charger is connected');
    return this.session.call(method, params);
  }
}

function defaultAnswer(method: string): object {
  const currentTime = new Date().toISOString();
  const idTagInfo = { status: 'Accepted' };
  const answers: Record<string, object> = {
    BootNotification: { status: 'Accepted', currentTime, interval: 300 },
    Heartbeat: { currentTime },
    Authorize: { idTagInfo },
    StartTransaction: { idTagInfo, transactionId: 42 },
    StopTransaction: { idTagInfo },
  };
  return answers[method] ?? {};
}
