import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { GateModule } from '#libs/platform/gate-module.js';
import { createHttpAdapter } from '#libs/platform/http/http-adapter.js';
import { HttpModule } from '#libs/platform/http/http-module.js';
import { createLogger } from '#libs/platform/logger.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import { systemClock } from '#libs/platform/system-clock.js';
import type { Clock } from '#libs/units/clock.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

@Module({})
class WorldModule {}

/** A listening server with a database of its own, for tests over real HTTP. */
export interface HttpWorld {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly bus: MemoryBus;
  readonly metrics: Registry;
  /** Signs a new person up over HTTP, whose address is confirmed without a mail. */
  signUp(name: string): Promise<Caller>;
  /** Signs a new person up over HTTP, who has not confirmed the address yet. */
  signUpUnconfirmed(name: string, email: string): Promise<Caller>;
  /** Signs up the one who runs the cloud; once in a world. */
  signUpOperator(): Promise<Caller>;
  /** Whoever holds this bearer token, e.g. a session of a customer portal. */
  callerWith(token: string): Caller;
  /** Somebody without a session. */
  readonly anonymous: Caller;
  close(): Promise<void>;
}

/** Whom the worlds of the tests know as the one who runs the cloud. */
export const operatorAddress = 'operator@example.test';

type Modules = readonly NonNullable<DynamicModule['imports']>[number][];
interface WorldOptions {
  readonly attemptsPerMinute: number;
  readonly authEndpoint: 'here' | 'elsewhere';
}

export const startHttpWorld = (modules: Modules, options: WorldOptions): Promise<HttpWorld> =>
  startHttpWorldAt(systemClock, modules, options);

/** The same with a clock that the test moves. */
export async function startHttpWorldAt(
  clock: Clock,
  modules: Modules,
  options: WorldOptions,
): Promise<HttpWorld> {
  const database = await createTestDatabase();
  const bus = new MemoryBus();
  const metrics = new Registry();
  const logger = createLogger({ name: 'test', level: 'silent', file: null });
  const imports = [
    PlatformModule.of({ clock, bus, pool: database.pool, logger, metrics }),
    GateModule.register(),
    HttpModule.register({
      identity: {
        connectionString: database.connectionString,
        secret: 'a secret of the tests that is long enough',
        publicUrl: null,
        trustedOrigins: ['https://trusted.example'],
        attemptsPerMinute: options.attemptsPerMinute,
      },
      authEndpoint: options.authEndpoint,
      operators: [operatorAddress],
    }),
    ...modules,
  ];
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: WorldModule, imports },
    createHttpAdapter({ metrics, trustedProxies: [] }),
    { logger: false, abortOnError: false },
  );
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    await database.drop();
    throw error;
  }
  const confirm = ({ personId }: Caller) =>
    database.pool.query('UPDATE identity."user" SET "emailVerified" = TRUE WHERE id = $1', [personId]);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    url,
    app,
    database,
    bus,
    metrics,
    anonymous: new Caller(url, null, '', ''),
    async signUp(name) {
      const caller = await signUp(url, name, `${name.toLowerCase()}-${randomUUID()}@example.test`);
      await confirm(caller);
      return caller;
    },
    async signUpOperator() {
      const caller = await signUp(url, 'Operator', operatorAddress);
      await confirm(caller);
      return caller;
    },
    callerWith: (token) => new Caller(url, token, '', ''),
    signUpUnconfirmed: (name, email) => signUp(url, name, email),
    async close() {
      await app.close();
      await bus.close();
      await database.drop();
    },
  };
}

async function signUp(url: string, name: string, email: string): Promise<Caller> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, email, password: 'correct horse' }),
  });
  if (!response.ok) throw new Error(`sign-up answered ${response.status}: ${await response.text()}`);
  const { token, user } = (await response.json()) as { token: string; user: { id: string } };
  return new Caller(url, token, user.id, email);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. */
  readonly body: unknown;
  /** The body of an answer that must have this status, in the shape the test expects of it. */
  as<Body>(status: number): Body;
}

/** A person with a bearer token, or nobody. */
export class Caller {
  constructor(
    private readonly url: string,
    readonly token: string | null,
    readonly personId: string,
    readonly email: string,
  ) {}

  get authorization(): Record<string, string> {
    return this.token === null ? {} : { authorization: `Bearer ${this.token}` };
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path, undefined, {});
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, body, {});
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, body, {});
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path, undefined, {});
  }

  async send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...this.authorization,
        // Node's fetch calls itself a browser (Sec-Fetch-Mode) and sends no Origin; a browser's page would.
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const received = parse(text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: received,
      as<Body>(status: number): Body {
        if (response.status !== status)
          throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
        return received as Body;
      },
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
