import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  downlinkOf,
  downlinks,
  downlinkTopic,
  isTopicLevel,
  uplinkOf,
  uplinks,
  type Downlink,
} from './topics.js';

const identity = fc.string({ minLength: 1, maxLength: 20 }).filter(isTopicLevel);

describe('MQTT topic table', () => {
  it('a device never owns a topic of another identity', () => {
    fc.assert(
      fc.property(identity, identity, fc.constantFrom(...Object.keys(uplinks)), (mine, other, name) => {
        fc.pre(mine !== other);
        for (const kind of ['balancer', 'hub', 'charger'] as const)
          for (const topic of [`bb/v1/${other}/${name}`, `bb/v1/${other}/json/${name}`])
            expect(uplinkOf(topic, mine, kind)).toBeNull();
        for (const downlink of Object.keys(downlinks) as Downlink[])
          for (const kind of ['balancer', 'hub', 'charger'] as const)
            expect(downlinkOf(downlinkTopic(other, downlink, 'protobuf'), mine, kind)).toBeNull();
      }),
    );
  });

  it('no filter with a wildcard or $share is an own downlink', () => {
    fc.assert(
      fc.property(identity, fc.constantFrom('#', '+', '$share/g/'), fc.nat(40), (mine, inserted, at) => {
        const own = downlinkTopic(mine, 'event-acknowledged', 'json');
        expect(downlinkOf(own.slice(0, at) + inserted + own.slice(at), mine, 'hub')).toBeNull();
      }),
    );
  });

  it.each([
    ['reading', 'balancer', true],
    ['reading', 'hub', false],
    ['event', 'hub', true],
    ['event', 'balancer', false],
    ['offline', 'hub', true],
    ['offline', 'balancer', true],
    ['event-acknowledged', 'hub', false],
    ['boot', 'hub', true],
    ['boot', 'charger', false],
    ['sub-devices', 'balancer', false],
    ['command', 'hub', false],
    ['toString', 'hub', false],
  ] as const)('%s of a %s: %p', (name, kind, allowed) => {
    expect(uplinkOf(`bb/v1/z/${name}`, 'z', kind) !== null).toBe(allowed);
    expect(uplinkOf(`bb/v1/z/json/${name}`, 'z', kind) !== null).toBe(allowed);
  });

  it.each([
    ['event-request', 'hub', true],
    ['event-request', 'balancer', false],
    ['settings', 'balancer', true],
    ['reading', 'balancer', false],
    ['constructor', 'hub', false],
  ] as const)('a subscription to %s of a %s: %p', (name, kind, allowed) => {
    expect(downlinkOf(`bb/v1/z/${name}`, 'z', kind) !== null).toBe(allowed);
    expect(downlinkOf(`bb/v1/z/json/${name}`, 'z', kind)?.encoding).toBe(allowed ? 'json' : undefined);
  });

  it.each(['a/b', '+', '#', '$x', ''])('identity %p cannot be a topic level', (name) => {
    expect(isTopicLevel(name)).toBe(false);
  });
});
