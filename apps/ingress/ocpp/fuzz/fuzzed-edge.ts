import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { EdgeReport } from './edge-process.js';
import { excerpt, FuzzFailure } from './failure.js';

/** Bound of V8's heap; code and sockets come on top of it. */
const heap_MB = 256;
export const mostResident_bytes = 900 * 1024 * 1024;

export interface FuzzedEdge {
  readonly port: number;
  readonly mqttPort: number;
  readonly mostResident_bytes: number;
  /** Lets it end by itself; rejects when it does not end well. */
  stop(): Promise<void>;
}

/** Starts the edge with a bounded heap, reads its log for the marker and for errors, and tells of its end. */
export async function startFuzzedEdge(options: {
  readonly script: string;
  readonly connectionString: string;
  readonly marker: string;
  readonly failed: (failure: FuzzFailure) => void;
}): Promise<FuzzedEdge> {
  const { marker, failed } = options;
  const child = fork(options.script, [options.connectionString], {
    execArgv: ['--no-warnings', `--max-old-space-size=${heap_MB}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stopping = false;
  let complaints = '';
  let rest = '';
  let resident_bytes = 0;
  const read = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.includes(marker)) failed(new FuzzFailure(null, `the log repeats a secret: ${excerpt(line)}`));
      // pino: 50 is an error. Whatever a device sends, the edge itself must not fail.
      if (/^\{"level":[56]0/.test(line))
        failed(new FuzzFailure(null, `the edge logged an error: ${excerpt(line)}`));
    }
  };
  child.stdout?.on('data', read);
  child.stderr?.on(
    'data',
    (chunk: Buffer) => (complaints = `${complaints}${chunk.toString()}`.slice(-4_000)),
  );
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.once('exit', (code, signal) => {
    if (!stopping) failed(new FuzzFailure(null, `the edge ended (${code ?? signal}): ${complaints}`));
  });
  const { port, mqttPort } = await new Promise<Extract<EdgeReport, { kind: 'ready' }>>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the edge did not start: ${complaints}`)));
    child.on('message', (message: EdgeReport) => {
      if (message.kind === 'ready') return resolve(message);
      resident_bytes = Math.max(resident_bytes, message.resident_bytes);
      if (resident_bytes > mostResident_bytes)
        failed(new FuzzFailure(null, `the edge holds ${Math.round(resident_bytes / 2 ** 20)} MB`));
    });
  });
  return {
    port,
    mqttPort,
    get mostResident_bytes() {
      return resident_bytes;
    },
    stop: async () => {
      stopping = true;
      if (child.connected) child.disconnect();
      const [code, signal] = await ended;
      if (code !== 0) throw new FuzzFailure(null, `the edge ended badly (${code ?? signal}): ${complaints}`);
    },
  };
}
