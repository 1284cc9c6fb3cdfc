import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrowdProcess, ServerProcess } from './mqtt-processes.js';
import { benchSecret, mqttServers } from './mqtt-peers.js';
import { rounded } from './station-client.js';

const crowds = [100, 5_000];
/** Unacknowledged messages of each client: devices that send a backlog keep some under way. */
const window = 8;
const warm_ms = 2_000;
const measured_ms = Number(process.env['BENCH_MS'] ?? 8_000);

export interface PublishRow {
  readonly server: string;
  readonly clients: number;
  readonly publishes_perSecond: number;
  /** Busbar's aim is 0.8 of a bare aedes without a handler. */
  readonly ofBareAedes: number | null;
}

async function rate(port: number, clients: number): Promise<number> {
  const crowd = new CrowdProcess();
  try {
    await crowd.ask({ kind: 'connect', port, clients, prefix: 'zen', secret: benchSecret });
    await crowd.ask({ kind: 'closed-loop', window, duration_ms: warm_ms });
    const { acknowledged } = await crowd.ask({ kind: 'closed-loop', window, duration_ms: measured_ms });
    return (acknowledged * 1_000) / measured_ms;
  } finally {
    crowd.stop();
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Debian's mosquitto where it is installed; it forwards and keeps as little as the others do here. */
async function withMosquitto<Value>(work: (port: number) => Promise<Value>): Promise<Value | null> {
  if (spawnSync('mosquitto', ['-h']).error) return null;
  const folder = await mkdtemp(join(tmpdir(), 'busbar-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  await writeFile(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nset_tcp_nodelay true\nlog_type none\n`,
  );
  const child: ChildProcess = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  try {
    for (let attempt = 0; !(await opens(port)); attempt++) {
      if (attempt > 50) throw new Error('mosquitto did not open its port');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return await work(port);
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const opens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new Socket();
    socket.once('error', () => resolve(false));
    socket.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** QoS 1 readings that are acknowledged: Busbar's are decoded and on the bus by then, the others' are nowhere. */
export async function bench() {
  const rows: PublishRow[] = [];
  let mosquitto = true;
  for (const clients of crowds) {
    const measured = new Map<string, number>();
    for (const kind of mqttServers) {
      const server = await ServerProcess.start(kind, 'inherit');
      try {
        measured.set(kind, await rate(server.port, clients));
      } finally {
        server.stop();
      }
    }
    const other = await withMosquitto((port) => rate(port, clients));
    if (other === null) mosquitto = false;
    else measured.set('mosquitto', other);
    const bare = measured.get('bare aedes') ?? Number.NaN;
    for (const [server, publishes] of measured)
      rows.push({
        server,
        clients,
        publishes_perSecond: Math.round(publishes),
        ofBareAedes: server === 'bare aedes' ? null : rounded(publishes / bare, 2),
      });
  }
  const absent = mosquitto ? '' : '; mosquitto is not installed here';
  return { name: `QoS 1 publishes acknowledged, window ${window}${absent}`, rows };
}
