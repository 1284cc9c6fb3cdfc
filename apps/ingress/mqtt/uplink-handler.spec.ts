import { beforeEach, describe, expect, it } from '@jest/globals';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Client } from 'aedes';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { EventCategory, HubEventSchema } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { createIngressMetrics } from '../metrics.js';
import { MqttSession } from './mqtt-session.js';
import { UplinkHandler, type UplinkPorts } from './uplink-handler.js';

const device: RegisteredDevice = {
  deviceId: 'hub-1',
  siteId: 'site-1',
  kind: 'hub',
  identity: 'HUB',
  name: 'Hall',
  secretHash: null,
  nextSecretHash: null,
  bootstrapCredential: false,
  securityProfile: 1,
};
const message = { timeMs: 7n, sequence: 4n, category: EventCategory.ALARM, code: 'BA', text: 'Door' };
const event = {
  topic: 'bb/v1/HUB/event',
  payload: toBinary(HubEventSchema, create(HubEventSchema, message)),
  qos: 1,
};

let log: string[];
let session: MqttSession;
beforeEach(() => {
  log = [];
  const client = { close: () => log.push('close') } as unknown as Client;
  session = new MqttSession(device, { connectionEpoch: 1, bootedBefore: false, product: null }, client);
});

const handler = (change: Partial<UplinkPorts>) =>
  new UplinkHandler({
    journal: {
      record: async () => {
        log.push('journal');
        return { replayed: false };
      },
      highestWithoutGap: async () => 4,
    },
    observe: async (_device, { type }) => void log.push(`observe ${type}`),
    clock: new ManualClock(),
    logger: pino({ level: 'silent' }),
    metrics: createIngressMetrics(new Registry()),
    badMessages: 1,
    acknowledge: (_session, sequence) => void log.push(`acknowledge ${sequence}`),
    ...change,
  });

describe('MQTT uplink handler', () => {
  it('QoS 1: a hub event waits for the journal, then the bus, then tells the hub', async () => {
    let kept: () => void = () => undefined;
    const record = () =>
      new Promise<{ replayed: boolean }>((resolve) => {
        kept = () => resolve({ replayed: false });
      });
    let taken = false;
    const taking = handler({ journal: { record, highestWithoutGap: async () => 4 } })
      .take(session, event)
      .finally(() => (taken = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ taken, log }).toEqual({ taken: false, log: [] });
    kept();
    await taking;
    expect(log).toEqual(['observe hub-event', 'acknowledge 4']);
  });

  it('a journal or a bus that fails is no success', async () => {
    const away = () => Promise.reject(new Error('away'));
    const journal = { record: away, highestWithoutGap: async () => null };
    await expect(handler({ journal }).take(session, event)).rejects.toThrow('away');
    await expect(handler({ observe: away }).take(session, event)).rejects.toThrow('away');
  });

  it.each([
    ['a foreign topic', { topic: 'bb/v1/OTHER/event' }],
    ['QoS 2', { qos: 2 }],
  ])('%s ends the connection and is never kept', async (_name, change) => {
    await expect(handler({}).take(session, { ...event, ...change })).rejects.toThrow('refused');
    expect(log).toEqual(['close']);
    expect(session.cause).toBe('protocol');
  });

  it('unreadable payloads are dropped until there are too many', async () => {
    const broken = { ...event, payload: new Uint8Array([0xff]) };
    await handler({}).take(session, broken);
    expect(log).toEqual([]);
    await handler({}).take(session, broken);
    expect(log).toEqual(['close']);
  });
});
