import { beforeEach, describe, expect, it } from '@jest/globals';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Client } from 'aedes';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  BootSchema,
  CommandAnswerSchema,
  CommandOutcome,
  EventCategory,
  HubEventSchema,
  NetworkMedium,
  SettingsSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { createIngressMetrics } from '../metrics.js';
import { HubEvents, type HubEventsPorts } from './hub-events.js';
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

const clock = new ManualClock();
const journal: HubEventsPorts['journal'] = {
  record: async () => {
    log.push('journal');
    return { replayed: false };
  },
  highestWithoutGap: async () => 4,
  gaps: async () => [],
};

const handler = (change: Partial<UplinkPorts & Pick<HubEventsPorts, 'journal'>>) => {
  const ports = {
    journal,
    observe: async (_device: unknown, { type }: { readonly type: string }) =>
      void log.push(`observe ${type}`),
    clock,
    ...change,
  };
  const downlinks: HubEventsPorts['downlinks'] = {
    send: async (_session, said) => {
      log.push(`${said.downlink} ${'sequence' in said ? said.sequence : ''}`);
      return true;
    },
  };
  return new UplinkHandler({
    hubEvents: new HubEvents({ ...ports, downlinks, eventRequest_ms: 1_000 }),
    registry: { recordBoot: async () => void log.push('boot recorded') },
    settingsTold: async (_session, { version }) => void log.push(`settings ${version}`),
    commandAnswered: async (_session, { commandId }) => void log.push(`answer to ${commandId}`),
    booted: () => void log.push('booted'),
    logger: pino({ level: 'silent' }),
    metrics: createIngressMetrics(new Registry()),
    badMessages: 1,
    ...ports,
  });
};

describe('MQTT uplink handler', () => {
  it('QoS 1: a hub event waits for the journal, then the bus, then tells the hub', async () => {
    let kept: () => void = () => undefined;
    const record = () =>
      new Promise<{ replayed: boolean }>((resolve) => {
        kept = () => resolve({ replayed: false });
      });
    let taken = false;
    const taking = handler({ journal: { ...journal, record } })
      .take(session, event)
      .finally(() => (taken = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ taken, log }).toEqual({ taken: false, log: [] });
    kept();
    await taking;
    expect(log).toEqual(['observe hub-event', 'event-acknowledged 4']);
  });

  it('a journal or a bus that fails is no success', async () => {
    const away = () => Promise.reject(new Error('away'));
    await expect(handler({ journal: { ...journal, record: away } }).take(session, event)).rejects.toThrow(
      'away',
    );
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

  it('a boot is on the bus and on record before anything is sent because of it', async () => {
    const boot = create(BootSchema, {
      vendor: 'V',
      model: 'M',
      network: { medium: NetworkMedium.MOBILE, signalDbm: -80 },
    });
    await handler({}).take(session, { topic: 'bb/v1/HUB/boot', payload: toBinary(BootSchema, boot), qos: 1 });
    expect(log).toEqual(['observe booted', 'boot recorded', 'booted', 'observe network-reported']);
  });

  it('settings and answers go to who keeps them, and are no events', async () => {
    const settings = create(SettingsSchema, { version: 3n, settings: { case: 'hub', value: {} } });
    const answer = create(CommandAnswerSchema, { commandId: 'c', outcome: CommandOutcome.ACCEPTED });
    await handler({}).take(session, {
      topic: 'bb/v1/HUB/settings',
      payload: toBinary(SettingsSchema, settings),
      qos: 1,
    });
    await handler({}).take(session, {
      topic: 'bb/v1/HUB/command-answer',
      payload: toBinary(CommandAnswerSchema, answer),
      qos: 1,
    });
    expect(log).toEqual(['settings 3', 'answer to c']);
  });
});
