import { pino } from 'pino';
import { openPool } from '#libs/store/pool.js';
import { defaultIngressLimits, plainSecurity } from '../../ingress-config.js';
import { memoryBus, startIngressLogging } from '../../ingress-harness.js';

/** What the fuzzed process says to the fuzzer, besides its log on standard output. */
export type EdgeReport =
  | { readonly kind: 'ready'; readonly port: number; readonly mqttPort: number }
  | { readonly kind: 'memory'; readonly resident_bytes: number };

const report = (message: EdgeReport): void => void process.send?.(message);

/**
 * The edge as a process of its own, so that its end is seen and not shared. Nothing here listens for unhandled rejections:
 * Node.js ends the process at the first one.
 */
const connectionString = process.argv[2];
if (connectionString === undefined) throw new Error('Usage: edge-process.js <connection string>');
const pool = openPool(connectionString, { max: 10 });
const bus = memoryBus();
const edge = await startIngressLogging(
  {
    pool,
    bus,
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
    limits: {
      ...defaultIngressLimits,
      // What a budget cuts off is not looked at; the budgets have tests of their own.
      burst_messages: 1e9,
      rate_messagesPerSecond: 1e9,
      badMessages: 1e9,
      burst_connects: 1e9,
      rate_connectsPerSecond: 1e9,
      mqttBurst_bytes: 1e12,
      mqttRate_bytesPerSecond: 1e12,
      callTimeout_ms: 300,
      limitTimeout_ms: 300,
      handshakeTimeout_ms: 2_000,
    },
  },
  pino({ level: 'debug' }, pino.destination({ fd: 1, sync: false })),
);
report({ kind: 'ready', port: edge.ocppPort, mqttPort: edge.mqttPort });
const memory = setInterval(() => {
  edge.observations.length = 0;
  edge.changes.length = 0;
  report({ kind: 'memory', resident_bytes: process.memoryUsage.rss() });
}, 200);
process.once('disconnect', () => {
  clearInterval(memory);
  void edge.stop().then(() => pool.end());
});
