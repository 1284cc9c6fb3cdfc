import { CrowdProcess, ServerProcess } from './mqtt-processes.js';
import { benchSecret, mqttServers } from './mqtt-peers.js';
import { rounded } from './station-client.js';

/** A process may open 20,000 files on a common Linux; the clients are spread over processes. */
const connections = Number(process.env['BENCH_CONNECTIONS'] ?? 10_000);
const perProcess = 5_000;
/** Opened before the first measurement: code, caches and buffers are there then. */
const warm = 200;

export interface MqttIdleRow {
  readonly server: string;
  readonly connections: number;
  /** Growth of the resident memory of the server's process per connection. */
  readonly memory_kBPerConnection: number;
}

/** What an authenticated, idle MQTT connection costs in memory. */
export async function bench() {
  const rows: MqttIdleRow[] = [];
  for (const kind of mqttServers) {
    const server = await ServerProcess.start(kind, 'inherit');
    const crowds: CrowdProcess[] = [];
    const open = async (clients: number): Promise<void> => {
      const crowd = new CrowdProcess();
      crowds.push(crowd);
      const prefix = `zen-${crowds.length}`;
      await crowd.ask({ kind: 'connect', port: server.port, clients, prefix, secret: benchSecret });
    };
    try {
      await open(warm);
      const before = await server.memory();
      for (let opened = 0; opened < connections; opened += perProcess)
        await open(Math.min(perProcess, connections - opened));
      const after = await server.memory();
      const growth_kB = (after.resident_bytes - before.resident_bytes) / 1_024;
      rows.push({ server: kind, connections, memory_kBPerConnection: rounded(growth_kB / connections, 1) });
    } finally {
      for (const crowd of crowds) crowd.stop();
      server.stop();
    }
  }
  return { name: 'Resident memory of an idle MQTT connection', rows };
}
