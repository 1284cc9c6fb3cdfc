import { describe, expect, it } from '@jest/globals';
import { create, toBinary, toJsonString, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  Armed,
  BalancerInstallationSchema,
  BalancerReadingSchema,
  EventCategory,
  HubEventSchema,
  HubStateSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { decodeUplink } from './decode.js';
import type { Encoding, Uplink } from './topics.js';

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
        deviceTime: 12,
        event: {
          type: 'balancer-reading',
          current_A: [-1.5, 2, 0],
          voltage_V: null,
          power_W: 0,
          energyImport_Wh: null,
          energyExport_Wh: null,
        },
      },
    });
  });

  it('installation carries no clock', () => {
    const init = { mainFuseA: 25, currentTransformerRatio: 2_000, solarTerminal: true };
    expect(sameBothWays(both('installation', BalancerInstallationSchema, init))).toMatchObject({
      value: {
        deviceTime: null,
        event: { mainFuse_A: 25, currentTransformerRatio: 2_000, solarTerminal: true },
      },
    });
  });

  it('hub state and event', () => {
    const state = { timeMs: 1n, armed: Armed.NIGHT, simPresent: true, signalDbm: -71 };
    expect(sameBothWays(both('state', HubStateSchema, state))).toMatchObject({
      value: { event: { armed: 'night', simPresent: true, signal_dBm: -71 } },
    });
    const event = { timeMs: 1n, sequence: 4n, category: EventCategory.TAMPER, code: 'T\u00001', text: 'lid' };
    expect(sameBothWays(both('event', HubEventSchema, event))).toMatchObject({
      value: { event: { sequence: 4, category: 'tamper', code: 'T1', zone: null, text: 'lid' } },
    });
  });

  it('offline says nothing, whatever it carries', () => {
    expect(decodeUplink('offline', 'protobuf', new Uint8Array([1, 2]))).toEqual({ ok: true, value: null });
  });

  it.each([
    ['no current', both('reading', BalancerReadingSchema, { timeMs: 1n })[0]],
    [
      'a current that is no number',
      both('reading', BalancerReadingSchema, { currentA: { l1: Number.NaN } })[0],
    ],
    ['arming that is not set', both('state', HubStateSchema, {})[0]],
    ['a category that is not set', both('event', HubEventSchema, { sequence: 1n })[0]],
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
        fc.constantFrom<Uplink>('reading', 'installation', 'state', 'event', 'offline'),
        fc.constantFrom<Encoding>('protobuf', 'json'),
        fc.uint8Array({ maxLength: 64 }),
        (uplink, encoding, bytes) => {
          expect(typeof decodeUplink(uplink, encoding, bytes).ok).toBe('boolean');
        },
      ),
    );
  });
});
