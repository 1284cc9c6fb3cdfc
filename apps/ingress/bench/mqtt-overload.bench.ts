import { CrowdProcess, ServerProcess } from './mqtt-processes.js';
import { benchSecret } from './mqtt-peers.js';

const clients = 100;
const overload_ms = Number(process.env['BENCH_OVERLOAD_MS'] ?? 60_000);
const times = 3;

/** Three times what the edge takes, for a minute: it must take no harm, and what waits must stay bounded. */
export async function bench() {
  const server = await ServerProcess.start('Busbar', 'inherit');
  const crowd = new CrowdProcess();
  try {
    await crowd.ask({ kind: 'connect', port: server.port, clients, prefix: 'zen', secret: benchSecret });
    const trial_ms = 4_000;
    await crowd.ask({ kind: 'closed-loop', window: 8, duration_ms: trial_ms });
    const trial = await crowd.ask({ kind: 'closed-loop', window: 8, duration_ms: trial_ms });
    const sustainable = (trial.acknowledged * 1_000) / trial_ms;
    const result = await crowd.ask({
      kind: 'open-loop',
      rate_perSecond: times * sustainable,
      duration_ms: overload_ms,
    });
    const { largest_bytes } = await server.memory();
    const rows = [
      {
        offered_perSecond: Math.round(times * sustainable),
        acknowledged_perSecond: Math.round((result.acknowledged * 1_000) / overload_ms),
        connectionsLost: result.lost,
        largestBacklog_messages: result.largestBacklog,
        largestMemory_MB: Math.round(largest_bytes / 1_048_576),
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
