import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { hashDeviceSecret } from '#libs/store/device-secret.js';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import { defaultIngressLimits } from '../ingress-config.js';
import { createIngressMetrics } from '../metrics.js';
import { MqttServer } from '../mqtt/mqtt-server.js';
import { MqttSessions } from '../mqtt/mqtt-sessions.js';
import { UplinkHandler } from '../mqtt/uplink-handler.js';
import { benchSecret, type MqttServerKind } from './mqtt-peers.js';
import { observeOn } from '../observe.js';

/** An MQTT server in a process of its own, so that its load and its memory are its own. */
export type MqttServerReport =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'memory'; readonly resident_bytes: number; readonly largest_bytes: number };

const report = (message: MqttServerReport): void => void process.send?.(message);

const never = (): Promise<never> => Promise.reject(new Error('a Zen does not need this'));

/** Every identity is a Zen, known without a database: a reading does not look into one either. */
function everybodyIsAZen(): DeviceRegistry {
  const secretHash = hashDeviceSecret(benchSecret);
  const zen = (identity: string): RegisteredDevice => ({
    deviceId: identity,
    // A few sites: the bus in memory keeps thousands of messages of each partition.
    siteId: `site-${identity.length % 4}`,
    kind: 'balancer',
    identity,
    name: identity,
    secretHash,
    nextSecretHash: null,
    bootstrapCredential: false,
    securityProfile: 1,
  });
  let connectionEpoch = 0;
  return {
    find: async (identity) => zen(identity),
    byId: async (deviceId) => zen(deviceId),
    takeNextSecret: async () => undefined,
    certificateRevoked: async () => false,
    openConnection: async () => ({ connectionEpoch: ++connectionEpoch, bootedBefore: true, product: null }),
    recordBoot: async () => undefined,
    replaced: async () => [],
    idTokenInfo: never,
  };
}

async function startBusbar(): Promise<number> {
  const bus = new MemoryBus();
  const registry = everybodyIsAZen();
  const unlimited = 1e9;
  const limits = {
    ...defaultIngressLimits,
    burst_messages: unlimited,
    rate_messagesPerSecond: unlimited,
    mqttBurst_bytes: unlimited,
    mqttRate_bytesPerSecond: unlimited,
    burst_connects: unlimited,
    rate_connectsPerSecond: unlimited,
    pendingHandshakes: 10_000,
  };
  const shared = {
    registry,
    limits,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    metrics: createIngressMetrics(new Registry()),
    observe: observeOn(bus),
  };
  const sessions = new MqttSessions(shared);
  const uplinks = new UplinkHandler({
    ...shared,
    hubEvents: { keep: never },
    settingsTold: never,
    commandAnswered: never,
    booted: () => undefined,
    badMessages: limits.badMessages,
  });
  const server = new MqttServer({ ...shared, sessions, uplinks, listening: () => undefined });
  return server.listen('127.0.0.1', 0);
}

async function startBareAedes(): Promise<number> {
  const broker = await Aedes.createBroker();
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

let largest_bytes = 0;
process.on('message', (order: MqttServerKind | 'measure') => {
  if (order === 'measure') {
    globalThis.gc?.();
    globalThis.gc?.();
    const resident_bytes = process.memoryUsage().rss;
    return report({ kind: 'memory', resident_bytes, largest_bytes });
  }
  setInterval(() => (largest_bytes = Math.max(largest_bytes, process.memoryUsage().rss)), 100);
  void (order === 'Busbar' ? startBusbar() : startBareAedes()).then((port) =>
    report({ kind: 'ready', port }),
  );
});
process.on('disconnect', () => process.exit(0));
