import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  activateService,
  isLive,
  labelAt,
  refundAt,
  stateAt,
  stepService,
  type ActivationTerms,
  type Service,
  type ServiceEvent,
  type ServiceState,
} from './service-subscription.js';

const at = (text: string) => epochMilliseconds(Date.parse(text));
const now = at('2026-11-20T10:00:00Z');
const boundary = at('2026-11-30T23:00:00Z');
const before = epochMilliseconds(boundary - 1);
const dealer = { kind: 'dealer', enrolled: true, connected: true, timeZone: 'Europe/Oslo' } as const;
const terms: ActivationTerms = {
  present: 'inactive',
  simPresent: true,
  countryServed: true,
  withSim: true,
  payer: dealer,
};
const service = (state: ServiceState, withSim = true): Service => ({
  state,
  timeZone: 'Europe/Oslo',
  endsAt: state === 'expiring' ? boundary : null,
  withSim,
});
const outcome = (state: ServiceState, type: ServiceEvent['type'], withSim = true, instant = now) => {
  const next = stepService(service(state, withSim), { type }, instant);
  return next.ok ? next.value.state : next.error;
};

describe('5E: activation', () => {
  it.each([
    [{}, 'active'],
    [{ payer: { ...dealer, enrolled: false } }, 'not-a-dealer'],
    [{ payer: { ...dealer, connected: false } }, 'reseller-not-connected'],
    [{ simPresent: false }, 'sim-missing'],
    [{ countryServed: false }, 'country-not-served'],
    [{ present: 'active' }, 'already-active'],
    [{ present: 'expiring' }, 'already-active'],
    [{ present: 'stopping' }, 'already-active'],
    [{ payer: { kind: 'card', professionals: 0, timeZone: 'UTC' } }, 'active'],
    [{ payer: { kind: 'card', professionals: 1, timeZone: 'UTC' } }, 'professional-present'],
  ] as const)('AJ-18, AJ-22, AJ-38: with %j is %s', (change, expected) => {
    const activated = activateService({ ...terms, ...change });
    expect(activated.ok ? activated.value.state : activated.error).toBe(expected);
  });

  it('keeps the zone that its months are counted in', () => {
    expect(activateService(terms)).toEqual({
      ok: true,
      value: { state: 'active', timeZone: 'Europe/Oslo', endsAt: null, withSim: true },
    });
  });
});

describe('5E: the life of a service', () => {
  it.each([
    // deactivate, resume, stop, sim-stopped
    ['inactive', ['not-running', 'not-running', 'not-running', 'not-running']],
    ['active', ['expiring', 'not-expiring', 'stopping', 'not-stopping']],
    ['expiring', ['not-active', 'active', 'stopping', 'not-stopping']],
    ['stopping', ['not-active', 'not-expiring', 'not-active', 'inactive']],
  ] as const)('AJ-27, AJ-29, AJ-31, AJ-32: %s answers each command: %j', (state, expected) => {
    const events = ['deactivate', 'resume', 'stop', 'sim-stopped'] as const;
    expect(events.map((event) => outcome(state, event))).toEqual(expected);
  });

  it('AJ-31: without a SIM a stop needs nobody’s confirmation', () => {
    expect([outcome('active', 'stop', false), outcome('expiring', 'stop', false)]).toEqual([
      'inactive',
      'inactive',
    ]);
  });

  it('AJ-27, AJ-28: deactivated it runs to the month’s last millisecond and not one longer, whoever is late', () => {
    const next = stepService(service('active'), { type: 'deactivate' }, now);
    if (!next.ok) throw new Error(next.error);
    expect(next.value.endsAt).toBe(boundary);
    expect([labelAt(next.value, before), labelAt(next.value, boundary)]).toEqual([
      'expires-soon',
      'activation-required',
    ]);
    expect([isLive(next.value, before), isLive(next.value, boundary)]).toEqual([true, false]);
  });

  it('AJ-29, AJ-30: is resumed up to the last millisecond; from the boundary on it must be activated again', () => {
    expect(outcome('expiring', 'resume', true, before)).toBe('active');
    expect(outcome('expiring', 'resume', true, boundary)).toBe('not-running');
    expect(outcome('expiring', 'stop', true, boundary)).toBe('not-running');
    const resumed = stepService(service('expiring'), { type: 'resume' }, before);
    if (!resumed.ok) throw new Error(resumed.error);
    expect(stateAt(resumed.value, epochMilliseconds(boundary + 86_400_000))).toBe('active');
  });

  it('5E: a command in the first millisecond of a month belongs to that month', () => {
    const next = stepService(service('active'), { type: 'deactivate' }, boundary);
    expect(next.ok && next.value.endsAt).toBe(at('2026-12-31T23:00:00Z'));
  });

  it('5E: never runs past its end and never wakes up by itself, through any commands at any times', () => {
    const step = fc.record({
      type: fc.constantFrom(
        'deactivate' as const,
        'resume' as const,
        'stop' as const,
        'sim-stopped' as const,
      ),
      wait_ms: fc.integer({ min: 0, max: 40 * 86_400_000 }),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 12 }), (withSim, steps) => {
        let present = service('active', withSim);
        let instant = now;
        let over = false;
        for (const { type, wait_ms } of steps) {
          instant = epochMilliseconds(instant + wait_ms);
          over ||= stateAt(present, instant) === 'inactive';
          const next = stepService(present, { type }, instant);
          if (over) expect(next).toEqual({ ok: false, error: 'not-running' });
          if (!next.ok) continue;
          present = next.value;
          expect(present.endsAt === null || present.endsAt > instant).toBe(true);
          expect(present.endsAt !== null).toBe(present.state === 'expiring');
        }
      }),
    );
  });
});

describe('AJ-38: a card payer who stops', () => {
  const paid = { timeZone: 'UTC', activatedAt: at('2026-10-20T00:00:00Z') };
  it('gets back the part of the month that is left, rounded down', () => {
    expect(refundAt(paid, 3_000, at('2026-11-01T00:00:00Z'))).toBe(3_000);
    expect(refundAt(paid, 3_000, at('2026-11-16T00:00:00Z'))).toBe(1_500);
    expect(refundAt(paid, 1_000, at('2026-11-30T23:59:59.999Z'))).toBe(0);
  });
  it('counts from the activation in the month it fell in', () => {
    expect(refundAt(paid, 1_200, at('2026-10-20T00:00:00Z'))).toBe(1_200);
    expect(refundAt(paid, 1_200, at('2026-10-26T00:00:00Z'))).toBe(600);
  });
});
