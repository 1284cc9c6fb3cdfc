import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { idleServers, type IdleOrder, type IdleReport, type IdleServer } from './idle-server.js';
import { basic, boot, rounded, StationClient } from './station-client.js';

const stations = 10_000;
/** Handshakes at once while the sockets are opened. */
const atOnce = 100;
/** Opened before the first measurement: code, caches and buffers are there then. */
const warm = 500;

export interface IdleRow {
  readonly server: IdleServer;
  readonly sockets: number;
  /** Growth of the resident memory of the server's process per socket, each booted and then idle; Busbar's aim is 10. */
  readonly memory_kBPerSocket: number;
}

function next(child: ChildProcess): Promise<IdleReport> {
  return new Promise((resolve, reject) => {
    child.once('message', (report: IdleReport) => resolve(report));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

async function memoryOf(child: ChildProcess): Promise<number> {
  child.send('measure');
  const report = await next(child);
  return report.kind === 'memory' ? report.resident_bytes : Number.NaN;
}

async function measure(server: IdleServer): Promise<IdleRow> {
  const child = fork(fileURLToPath(new URL('idle-server.js', import.meta.url)), {
    execArgv: ['--expose-gc'],
  });
  try {
    child.send({ server, stations: stations + warm } satisfies IdleOrder);
    const ready = await next(child);
    if (ready.kind !== 'ready') throw new Error('the server did not start');
    const waiting = [...ready.identities];
    const clients: StationClient[] = [];
    const open = async (count: number): Promise<void> => {
      const batch = waiting.splice(0, count);
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let identity = batch.pop(); identity; identity = batch.pop()) {
            const authorization = ready.secret === '' ? null : basic(identity, ready.secret);
            const client = await StationClient.open(`${ready.url}/${identity}`, 'ocpp1.6', authorization);
            await client.call('BootNotification', boot);
            clients.push(client);
          }
        }),
      );
    };
    await open(warm);
    const before = await memoryOf(child);
    await open(stations);
    const after = await memoryOf(child);
    for (const client of clients) client.socket.terminate();
    return { server, sockets: stations, memory_kBPerSocket: rounded((after - before) / stations / 1_024, 1) };
  } finally {
    if (child.connected) child.disconnect();
  }
}

/** What an idle, booted station costs in memory, beside a bare WebSocket server and ocpp-rpc's, each in a process of its own. */
export async function bench() {
  const rows: IdleRow[] = [];
  for (const server of idleServers) rows.push(await measure(server));
  return { name: `Resident memory of an idle socket, ${stations} sockets`, rows };
}
