import { describe, expect, it } from '@jest/globals';
import { create, toBinary, toJsonString, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  Armed,
  BalancerInstallationSchema,
  BalancerReadingSchema,
  BootSchema,
  CommandAnswerSchema,
  CommandOutcome,
  EventCategory,
  FirmwareStatusSchema,
  HubEventSchema,
  HubStateSchema,
  NetworkMedium,
  SettingsSchema,
  SirenVolume,
  SubDevicesSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { decodeUplink } from './decode.js';
import { uplinks, type Encoding, type Uplink } from './topics.js';

function both<Schema extends DescMessage>(
  uplink: Uplink,
  schema: Schema,
  init: MessageInitShape<Schema>,
): unknown[] {
  const message = create(schema, init);
  const payloads: [Encoding, Uint8Array][] = [
    ['protobuf', toBinary(schema, message)],
    ['json', new TextEncoder().encode(toJsonString(schema, message))],
  ];
  return payloads.map(([encoding, payload]) => decodeUplink(uplink, encoding, payload));
}
const sameBothWays = (answers: unknown[]): unknown => {
  expect(answers[1]).toEqual(answers[0]);
  return answers[0];
};

describe('MQTT payloads -> device events, protobuf and JSON alike', () => {
  it('reading: currents may be negative, what is absent is null', () => {
    const init = { timeMs: 12n, currentA: { l1: -1.5, l2: 2, l3: 0 }, powerW: 0 };
    expect(sameBothWays(both('reading', BalancerReadingSchema, init))).toEqual({
      ok: true,
      value: {
        type: 'events',
        deviceTime: 12,
        events: [
          {
            type: 'balancer-reading',
            current_A: [-1.5, 2, 0],
            voltage_V: null,
            power_W: 0,
            energyImport_Wh: null,
            energyExport_Wh: null,
          },
        ],
      },
    });
  });

  it('installation carries no clock', () => {
    const init = { mainFuseA: 25, currentTransformerRatio: 2_000, solarTerminal: true };
    expect(sameBothWays(both('installation', BalancerInstallationSchema, init))).toMatchObject({
      value: {
        deviceTime: null,
        events: [{ mainFuse_A: 25, currentTransformerRatio: 2_000, solarTerminal: true }],
      },
    });
  });

  it('hub state and event', () => {
    const state = { timeMs: 1n, armed: Armed.NIGHT, simPresent: true, signalDbm: -71 };
    expect(sameBothWays(both('state', HubStateSchema, state))).toMatchObject({
      value: { events: [{ armed: 'night', simPresent: true, signal_dBm: -71 }] },
    });
    const event = { timeMs: 1n, sequence: 4n, category: EventCategory.TAMPER, code: 'T\u00001', text: 'lid' };
    expect(sameBothWays(both('event', HubEventSchema, event))).toMatchObject({
      value: { events: [{ sequence: 4, category: 'tamper', code: 'T1', zone: null, text: 'lid' }] },
    });
  });

  it('a boot is an introduction and a network, an absent network is none', () => {
    const init = { timeMs: 9n, vendor: 'V', model: 'Zen', firmwareVersion: '2.1' };
    const network = { medium: NetworkMedium.WIFI, signalDbm: -60, name: 'Home' };
    expect(sameBothWays(both('boot', BootSchema, { ...init, network }))).toEqual({
      ok: true,
      value: {
        type: 'events',
        deviceTime: 9,
        events: [
          { type: 'booted', vendor: 'V', model: 'Zen', firmwareVersion: '2.1' },
          { type: 'network-reported', medium: 'wifi', signal_dBm: -60, name: 'Home' },
        ],
      },
    });
    expect(both('boot', BootSchema, init)[0]).toMatchObject({ value: { events: [{ type: 'booted' }] } });
  });

  it('settings of either kind come back as people wish them', () => {
    const balancer = {
      currentTransformerRatio: 2_000,
      reversedTransformers: [true, false, false],
      solarTerminal: false,
      readingIntervalS: 10,
      network: { medium: NetworkMedium.WIFI, wifiName: 'Home' },
    };
    expect(
      sameBothWays(
        both('settings', SettingsSchema, {
          timeMs: 5n,
          version: 7n,
          settings: { case: 'balancer', value: balancer },
        }),
      ),
    ).toEqual({
      ok: true,
      value: {
        type: 'settings',
        deviceTime: 5,
        version: 7,
        settings: {
          balancer: {
            currentTransformerRatio: 2_000,
            reversedTransformers: [true, false, false],
            solarTerminal: false,
            readingInterval_s: 10,
            network: { medium: 'wifi', wifiName: 'Home' },
          },
        },
      },
    });
    const hub = { entryDelayS: 30, sirenVolume: SirenVolume.OFF, subDeviceNames: { '07': 'Door' } };
    expect(
      sameBothWays(both('settings', SettingsSchema, { settings: { case: 'hub', value: hub } })),
    ).toMatchObject({
      value: {
        deviceTime: null,
        settings: { hub: { entryDelay_s: 30, sirenVolume: 'off', subDeviceNames: { '07': 'Door' } } },
      },
    });
  });

  it('an answer carries its detail as JSON', () => {
    const answer = {
      commandId: 'c1',
      outcome: CommandOutcome.REJECTED,
      text: 'busy',
      detailJson: '{"free":3}',
    };
    expect(sameBothWays(both('command-answer', CommandAnswerSchema, answer))).toEqual({
      ok: true,
      value: {
        type: 'command-answer',
        commandId: 'c1',
        outcome: 'rejected',
        text: 'busy',
        detail: { free: 3 },
      },
    });
  });

  it.each([
    ['Installed', 8],
    ['DownloadFailed', 5],
  ])('OCPP 2.0.1 L01.FR.01: firmware status %s is a notice, severity %p', (status, severity) => {
    expect(
      sameBothWays(both('firmware-status', FirmwareStatusSchema, { requestId: 4, status })),
    ).toMatchObject({
      value: {
        events: [{ type: 'notice', topic: 'firmware', code: status, severity, detail: { requestId: 4 } }],
      },
    });
  });

  it('sub-devices: what is not measured is null', () => {
    const subDevices = [{ id: '1', type: 'smoke', name: 'Kitchen', batteryPercent: 80, online: true }];
    expect(sameBothWays(both('sub-devices', SubDevicesSchema, { subDevices }))).toMatchObject({
      value: {
        events: [
          {
            type: 'sub-devices-reported',
            subDevices: [
              {
                id: '1',
                kind: 'smoke',
                name: 'Kitchen',
                battery_percent: 80,
                signal_dBm: null,
                tampered: false,
                online: true,
              },
            ],
          },
        ],
      },
    });
  });

  it('offline says nothing, whatever it carries', () => {
    expect(decodeUplink('offline', 'protobuf', new Uint8Array([1, 2]))).toEqual({
      ok: true,
      value: { type: 'events', deviceTime: null, events: [] },
    });
  });

  it.each([
    ['no current', both('reading', BalancerReadingSchema, { timeMs: 1n })[0]],
    [
      'a current that is no number',
      both('reading', BalancerReadingSchema, { currentA: { l1: Number.NaN } })[0],
    ],
    ['arming that is not set', both('state', HubStateSchema, {})[0]],
    ['a category that is not set', both('event', HubEventSchema, { sequence: 1n })[0]],
    ['a boot without a model', both('boot', BootSchema, { vendor: 'V' })[0]],
    [
      'settings beyond what people may wish',
      both('settings', SettingsSchema, { settings: { case: 'hub', value: { entryDelayS: 900 } } })[0],
    ],
    ['settings of nothing', both('settings', SettingsSchema, { version: 1n })[0]],
    ['an answer that is none', both('command-answer', CommandAnswerSchema, { commandId: 'c' })[0]],
    [
      'a detail that is not JSON',
      both('command-answer', CommandAnswerSchema, { outcome: CommandOutcome.ACCEPTED, detailJson: '{' })[0],
    ],
    ['two sub-devices of one id', both('sub-devices', SubDevicesSchema, { subDevices: [{}, {}] })[0]],
    ['a status that is a sentence', both('firmware-status', FirmwareStatusSchema, { status: 'all well' })[0]],
    [
      'a sequence beyond 2^53',
      both('event', HubEventSchema, { sequence: 2n ** 60n, category: EventCategory.ALARM })[0],
    ],
  ])('refuses %s without repeating it', (_name, answer) => {
    expect(answer).toMatchObject({ ok: false, error: expect.stringMatching(/^The payload is not a valid/) });
  });

  it('a clock beyond any date is as good as none', () => {
    const init = { timeMs: 2n ** 62n, currentA: { l1: 1, l2: 1, l3: 1 } };
    expect(both('reading', BalancerReadingSchema, init)[0]).toMatchObject({ value: { deviceTime: null } });
  });

  it('no byte string crashes it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Uplink>(...(Object.keys(uplinks) as Uplink[])),
        fc.constantFrom<Encoding>('protobuf', 'json'),
        fc.uint8Array({ maxLength: 64 }),
        (uplink, encoding, bytes) => {
          expect(typeof decodeUplink(uplink, encoding, bytes).ok).toBe('boolean');
        },
      ),
    );
  });
});
