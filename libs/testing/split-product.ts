import { startProgram, type ChildProgram } from './child-program.js';
import { freePorts } from './free-ports.js';
import { startRedisServer } from './redis-server.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export type SplitApp = 'sharing' | 'telemetry' | 'allocator' | 'ingress' | 'api';

/** The apps as processes of their own on a real Redis and PostgreSQL. */
export interface SplitProduct {
  readonly httpUrl: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly database: TestDatabase;
  /** Starts one more process of an app, or one that ended again; resolves when it is ready. */
  start(app: SplitApp): Promise<ChildProgram>;
  /** Stops every process in order; answers how each ended. */
  stop(): Promise<readonly (number | NodeJS.Signals)[]>;
}

/** Redis, an own database and free ports; the caller starts the apps it wants. */
export async function openSplitProduct(): Promise<SplitProduct> {
  const [redis, database, port] = await Promise.all([startRedisServer(), createTestDatabase(), freePorts(4)]);
  const environment = {
    BUSBAR_POSTGRES_URL: database.connectionString,
    BUSBAR_REDIS_URL: redis.url,
    BUSBAR_AUTH_SECRET: 'a secret of the tests that is long enough',
    BUSBAR_HOST: '127.0.0.1',
    BUSBAR_OCPP_PORT: String(port + 1),
    BUSBAR_MQTT_PORT: String(port + 2),
    BUSBAR_SHARING_URL: `http://127.0.0.1:${port + 3}`,
    BUSBAR_METRICS_PORT: '0',
  };
  const programs: ChildProgram[] = [];
  return {
    httpUrl: `http://127.0.0.1:${port}`,
    ocppUrl: `ws://127.0.0.1:${port + 1}/ocpp`,
    mqttUrl: `mqtt://127.0.0.1:${port + 2}`,
    database,
    async start(app) {
      const httpPort = app === 'sharing' ? port + 3 : port;
      const program = startProgram(`apps/${app}/main.js`, [], {
        ...environment,
        BUSBAR_HTTP_PORT: String(httpPort),
      });
      programs.push(program);
      await program.printed(/"msg":"ready"/, 30_000);
      return program;
    },
    async stop() {
      const running = programs.filter((program) => program.ended() === null);
      // Whoever serves people first, so that nobody asks a process that is gone.
      for (const program of running.toReversed()) program.kill('SIGTERM');
      const ends = await Promise.all(running.map((program) => program.end));
      await redis.stop();
      await database.drop();
      return ends;
    },
  };
}
