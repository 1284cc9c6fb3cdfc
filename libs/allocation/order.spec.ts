import { describe, expect, it } from '@jest/globals';
import { between, compiled, single, siteTopology } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { plainSettings } from './connector-settings.js';
import type { ConnectorState } from './connector-state.js';
import { orderConnectors } from './order.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, type SiteState } from './site-state.js';
import type { Wiring } from './topology.js';

const now = epochMilliseconds(1_700_000_000_000);
const ago = (duration_ms: number) => epochMilliseconds(now - duration_ms);
const { minimumOnTime, idleAfter } = defaultPolicy;

/** A site with one connector for each entry, of the priority given, of which the test changes what it likes. */
const siteWith = (
  priorities: readonly number[],
  changes: readonly Partial<ConnectorState>[],
  wiring: Wiring = single('L1'),
): SiteState => {
  const chargers = priorities.map((priority) => ({ wiring, priority }));
  const state = createSiteState(compiled(siteTopology({ fuse_A: 40, chargers })), now, defaultPolicy);
  changes.forEach((change, index) => Object.assign(state.connectors[index]!, change));
  return state;
};
const orderOf = (state: SiteState): number[] => {
  orderConnectors(state, now);
  return Array.from(state.allocation.order);
};
const ordered = (...changes: Partial<ConnectorState>[]): number[] =>
  orderOf(siteWith(Array(changes.length).fill(0), changes));

const waiting = (duration_ms: number) => ({ waitingSince: ago(duration_ms) });
const admitted = (admitted_ms: number, allowed_ms: number) => ({
  admittedSince: ago(admitted_ms),
  allowedSince: ago(allowed_ms),
});

describe('the order of admission (I8, I10)', () => {
  it('begins with a boost, then the priority of charger and session together', () => {
    expect(orderOf(siteWith([0, 2, 1], []))).toEqual([1, 2, 0]);
    const settings = { ...plainSettings, priority: 3 };
    expect(orderOf(siteWith([0, 2, 1], [{ settings }]))).toEqual([0, 1, 2]);
    expect(orderOf(siteWith([0, 0], [{}, { settings: { ...plainSettings, boosted: true } }]))).toEqual([
      1, 0,
    ]);
    expect(orderOf(siteWith([0, 99], [{ settings: { ...plainSettings, boosted: true } }]))).toEqual([0, 1]);
  });

  it('puts a car that can hardly wait before others of its priority, whether they draw or not', () => {
    const state = siteWith([0, 0, 1], [{}, { notDrawingSince: ago(idleAfter + 1) }]);
    state.allocation.departures.critical[1] = 1;
    expect(orderOf(state)).toEqual([2, 1, 0]);
  });

  it('I8: among cars that can hardly wait, the longest waiting comes first', () => {
    const state = siteWith([0, 0, 0], [{}, waiting(2), waiting(1)]);
    state.allocation.departures.critical.set([1, 1, 1]);
    expect(orderOf(state)).toEqual([1, 2, 0]);
    state.allocation.order.set([2, 1, 0]);
    expect(orderOf(state)).toEqual([1, 2, 0]);
  });

  it('I8: a car that has drawn nothing for longer than its time gives way, one within its on-time too', () => {
    expect(ordered({ notDrawingSince: ago(idleAfter + 1) }, {})).toEqual([1, 0]);
    expect(ordered({ notDrawingSince: ago(idleAfter) }, {})).toEqual([0, 1]);
    expect(ordered({ notDrawingSince: ago(idleAfter + 1), ...admitted(1, 1) }, {})).toEqual([1, 0]);
  });

  it('I10: a car keeps its place for its on-time, counted from when it was admitted and allowed to draw', () => {
    const patient = waiting(3_600_000);
    expect(ordered(patient, admitted(minimumOnTime - 1, minimumOnTime - 1))).toEqual([1, 0]);
    expect(ordered(patient, admitted(3_600_000, minimumOnTime - 1))).toEqual([1, 0]);
    expect(ordered(patient, admitted(minimumOnTime - 1, 3_600_000))).toEqual([1, 0]);
  });

  it('I8: a waiting car overtakes as soon as an admitted one has had its slot', () => {
    expect(ordered(admitted(minimumOnTime, minimumOnTime), waiting(1))).toEqual([1, 0]);
    expect(ordered({ allowedSince: ago(1) }, waiting(1))).toEqual([1, 0]);
  });

  it('I10: a car that is admitted and still waits for room stands behind those that draw, before all others', () => {
    const about = { admittedSince: ago(1), allowedSince: null };
    expect(ordered(waiting(3_600_000), about, admitted(1, 1))).toEqual([2, 1, 0]);
  });

  it('I8: the longest waiting comes first', () => {
    expect(ordered({}, waiting(10_000), waiting(20_000), waiting(0))).toEqual([2, 1, 0, 3]);
  });

  it('else those already admitted stay before others, and then the position decides', () => {
    expect(ordered({}, admitted(3_600_000, 3_600_000))).toEqual([1, 0]);
    const state = siteWith([0, 0, 0], []);
    state.allocation.order.set([2, 0, 1]);
    expect(orderOf(state)).toEqual([0, 1, 2]);
  });

  it('I8: with loads between lines, those that only the time waited sets apart are of one rank', () => {
    const state = siteWith(
      [0, 1, 0, 0],
      [waiting(1), {}, waiting(2), { notDrawingSince: ago(99_999) }],
      between('L1-L2'),
    );
    expect(orderOf(state)).toEqual([1, 2, 0, 3]);
    expect(Array.from(state.allocation.orderClass)).toEqual([1, 0, 1, 2]);
  });
});
