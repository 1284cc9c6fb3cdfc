import { CrowdProcess, ServerProcess } from './mqtt-processes.js';
import { benchSecret } from './mqtt-peers.js';
import { bytesOnTheirWay } from './network-queues.js';

const clients = 100;
const overload_ms = Number(process.env['BENCH_OVERLOAD_MS'] ?? 60_000);
const times = 3;

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** Three times what the edge takes, for a minute: it must take no harm. Tells what waits, and how much of it in the kernel. */
export async function bench() {
  const server = await ServerProcess.start('Busbar', 'inherit');
  const crowd = new CrowdProcess();
  try {
    await crowd.ask({ kind: 'connect', port: server.port, clients, prefix: 'zen', secret: benchSecret });
    const trial_ms = 4_000;
    await crowd.ask({ kind: 'closed-loop', window: 8, duration_ms: trial_ms });
    const trial = await crowd.ask({ kind: 'closed-loop', window: 8, duration_ms: trial_ms });
    const sustainable = (trial.acknowledged * 1_000) / trial_ms;
    let inNetwork_bytes: number | null = null;
    const samples = setInterval(() => {
      const now_bytes = bytesOnTheirWay(server.port);
      if (now_bytes !== null) inNetwork_bytes = Math.max(inNetwork_bytes ?? 0, now_bytes);
    }, 250);
    const result = await crowd.ask({
      kind: 'open-loop',
      rate_perSecond: times * sustainable,
      duration_ms: overload_ms,
    });
    clearInterval(samples);
    const { largest_bytes, resident_bytes } = await server.memory();
    const rows = [
      {
        offered_perSecond: Math.round(times * sustainable),
        acknowledged_perSecond: Math.round((result.acknowledged * 1_000) / overload_ms),
        connectionsLost: result.lost,
        largestBacklog_messages: result.largestBacklog,
        largestBacklog_MB: megabytes(result.largestBacklog_bytes),
        largestInNetwork_MB: inNetwork_bytes === null ? null : megabytes(inNetwork_bytes),
        largestMemory_MB: megabytes(largest_bytes),
        memoryAfterwards_MB: megabytes(resident_bytes),
      },
    ];
    return {
      name: `${times} times the sustainable load for ${overload_ms / 1_000} s, ${clients} clients`,
      rows,
    };
  } finally {
    crowd.stop();
    server.stop();
  }
}
