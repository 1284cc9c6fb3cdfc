import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { downlinks, downlinkTopic, isOwnDownlink, isTopicLevel, uplinkOf, uplinks } from './topics.js';

const identity = fc.string({ minLength: 1, maxLength: 20 }).filter(isTopicLevel);

describe('MQTT topic table', () => {
  it('a device never owns a topic of another identity', () => {
    fc.assert(
      fc.property(identity, identity, fc.constantFrom(...Object.keys(uplinks)), (mine, other, name) => {
        fc.pre(mine !== other);
        for (const kind of ['balancer', 'hub', 'charger'] as const)
          for (const topic of [`bb/v1/${other}/${name}`, `bb/v1/${other}/json/${name}`])
            expect(uplinkOf(topic, mine, kind)).toBeNull();
        for (const downlink of downlinks)
          expect(isOwnDownlink(downlinkTopic(other, downlink, 'protobuf'), mine)).toBe(false);
      }),
    );
  });

  it('no filter with a wildcard or $share is an own downlink', () => {
    fc.assert(
      fc.property(identity, fc.constantFrom('#', '+', '$share/g/'), fc.nat(40), (mine, inserted, at) => {
        const own = downlinkTopic(mine, 'event-acknowledged', 'json');
        expect(isOwnDownlink(own.slice(0, at) + inserted + own.slice(at), mine)).toBe(false);
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
    ['toString', 'hub', false],
  ] as const)('%s of a %s: %p', (name, kind, allowed) => {
    expect(uplinkOf(`bb/v1/z/${name}`, 'z', kind) !== null).toBe(allowed);
    expect(uplinkOf(`bb/v1/z/json/${name}`, 'z', kind) !== null).toBe(allowed);
  });

  it.each(['a/b', '+', '#', '$x', ''])('identity %p cannot be a topic level', (name) => {
    expect(isTopicLevel(name)).toBe(false);
  });
});
