import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import type { ChargingProfile, ProfilePurpose } from './charging-profile.js';
import { compositeSchedule } from './composite-schedule.js';
import { ProfileStore } from './profile-store.js';

const now_ms = Date.parse('2026-03-08T23:50:00Z');
const duration_s = 1_500;
const day_s = 86_400;
const voltage_V = 230;
const hardware = { limit_A: 32, phases: 3 };
const transaction = { transactionId: 7, startedAt_ms: now_ms - 400_000 };
const iso = (offset_ms: number): string => new Date(now_ms + offset_ms).toISOString();

/** Instants around the span, most of them not at whole seconds. */
const nearby_ms = fc.integer({ min: -900_000, max: 1_600_000 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

interface Held {
  readonly connectorId: number;
  readonly profile: ChargingProfile;
}

const purpose = fc.constantFrom<ProfilePurpose>(
  'ChargePointMaxProfile',
  'ExternalConstraints',
  'TxDefaultProfile',
  'TxProfile',
);
const schedule = fc.record({
  duration: maybe(fc.integer({ min: 1, max: 2_000 })),
  chargingRateUnit: fc.constantFrom('A' as const, 'W' as const),
  chargingSchedulePeriod: fc
    .uniqueArray(fc.integer({ min: 1, max: 2_000 }), { maxLength: 4 })
    .chain((starts) =>
      fc.tuple(
        ...[0, ...starts.toSorted((a, b) => a - b)].map((startPeriod) =>
          fc.record({
            startPeriod: fc.constant(startPeriod),
            limit: fc.integer({ min: 0, max: 32 }),
            numberPhases: maybe(fc.constantFrom(1, 3)),
          }),
        ),
      ),
    ),
});
/** Cycles that began up to three weeks ago, or begin within the span. */
const kind = fc.oneof(
  fc.record({
    chargingProfileKind: fc.constant('Absolute' as const),
    recurrencyKind: fc.constant(undefined),
    start_ms: maybe(nearby_ms),
  }),
  fc.record({
    chargingProfileKind: fc.constant('Recurring' as const),
    recurrencyKind: fc.constantFrom('Daily' as const, 'Weekly' as const),
    start_ms: fc
      .tuple(fc.integer({ min: 0, max: 21 }), nearby_ms)
      .map(([days, offset_ms]) => offset_ms - days * day_s * 1_000),
  }),
  fc.record({
    chargingProfileKind: fc.constant('Relative' as const),
    recurrencyKind: fc.constant(undefined),
    start_ms: fc.constant(undefined),
  }),
);
const held: fc.Arbitrary<Held> = fc
  .tuple(
    fc.record({
      purpose,
      connectorId: fc.constantFrom(0, 1),
      stackLevel: fc.integer({ min: 0, max: 2 }),
      from_ms: maybe(nearby_ms),
      to_ms: maybe(nearby_ms),
    }),
    kind,
    schedule,
  )
  .map(([common, { start_ms, ...cycle }, plan]) => {
    const wholeStation =
      common.purpose === 'ChargePointMaxProfile' || common.purpose === 'ExternalConstraints';
    return {
      connectorId: wholeStation ? 0 : common.purpose === 'TxProfile' ? 1 : common.connectorId,
      profile: {
        chargingProfileId: 0,
        stackLevel: common.stackLevel,
        chargingProfilePurpose: common.purpose,
        ...cycle,
        validFrom: common.from_ms === undefined ? undefined : iso(common.from_ms),
        validTo: common.to_ms === undefined ? undefined : iso(common.to_ms),
        chargingSchedule: {
          ...plan,
          // Watts of the same order as the amperes.
          chargingSchedulePeriod: plan.chargingSchedulePeriod.map((period) => ({
            ...period,
            limit: plan.chargingRateUnit === 'A' ? period.limit : period.limit * voltage_V * 3,
          })),
          ...(start_ms === undefined ? {} : { startSchedule: iso(start_ms) }),
        },
      },
    };
  });
const profiles = fc
  .uniqueArray(held, {
    maxLength: 6,
    selector: ({ connectorId, profile }) =>
      `${profile.chargingProfilePurpose}/${connectorId}/${profile.stackLevel}`,
  })
  .map((list) =>
    list.map(({ connectorId, profile }, index) => ({
      connectorId,
      profile: { ...profile, chargingProfileId: index + 1 },
    })),
  );

/** One profile at one instant, straight from OCPP 1.6 7.8, with a loop over cycles and periods instead of arithmetic. */
function alone(profile: ChargingProfile, at_ms: number): { limit_A: number; phases: number } | null {
  const { validFrom, validTo, chargingSchedule, chargingProfileKind } = profile;
  if (validFrom !== undefined && at_ms < Date.parse(validFrom)) return null;
  if (validTo !== undefined && at_ms >= Date.parse(validTo)) return null;
  const { startSchedule, duration, chargingRateUnit, chargingSchedulePeriod } = chargingSchedule;
  let origin_ms = startSchedule === undefined ? transaction.startedAt_ms : Date.parse(startSchedule);
  if (chargingProfileKind === 'Recurring') {
    const cycle_ms = (profile.recurrencyKind === 'Weekly' ? 7 : 1) * day_s * 1_000;
    while (origin_ms + cycle_ms <= at_ms) origin_ms += cycle_ms;
  }
  if (at_ms < origin_ms) return null;
  if (duration !== undefined && at_ms >= origin_ms + duration * 1_000) return null;
  let found: { limit_A: number; phases: number } | null = null;
  for (const { startPeriod, limit, numberPhases = 3 } of chargingSchedulePeriod)
    if (at_ms >= origin_ms + startPeriod * 1_000)
      found = {
        limit_A: chargingRateUnit === 'A' ? limit : limit / (voltage_V * numberPhases),
        phases: numberPhases,
      };
  return found;
}

/** The profile of a purpose that holds: of those that say anything the one with the highest stack level. */
function leading(list: readonly Held[], wanted: ProfilePurpose, connectorId: number, at_ms: number) {
  const saying = list
    .filter((each) => each.connectorId === connectorId && each.profile.chargingProfilePurpose === wanted)
    .toSorted((a, b) => b.profile.stackLevel - a.profile.stackLevel)
    .map(({ profile }) => alone(profile, at_ms));
  return saying.find((offer) => offer !== null) ?? null;
}

function oracle(list: readonly Held[], at_ms: number): { limit: number; numberPhases: number } {
  const own =
    leading(list, 'TxProfile', 1, at_ms) ??
    leading(list, 'TxDefaultProfile', 1, at_ms) ??
    leading(list, 'TxDefaultProfile', 0, at_ms);
  const all = [
    hardware,
    leading(list, 'ChargePointMaxProfile', 0, at_ms),
    leading(list, 'ExternalConstraints', 0, at_ms),
    own,
  ].filter((offer) => offer !== null);
  return {
    limit: Math.round(Math.min(...all.map(({ limit_A }) => limit_A)) * 10) / 10,
    numberPhases: Math.min(...all.map(({ phases }) => phases)),
  };
}

const storeOf = (list: readonly Held[]): ProfileStore => {
  const store = new ProfileStore(voltage_V);
  for (const { connectorId, profile } of list) store.put(connectorId, profile);
  return store;
};
const outlet = { number: 1, hardware, transaction };

describe('OCPP 1.6 3.13, OCPP 2.0.1 K01 and K08: composite schedules of any profiles', () => {
  it('every second is what a naive reading of each profile gives, and no two neighbours are alike', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const periods = compositeSchedule(storeOf(list), [outlet], now_ms, duration_s, 'A', voltage_V);
        expect(periods[0]?.startPeriod).toBe(0);
        for (let second = 0; second < duration_s; second++) {
          const { limit, numberPhases } = periods.findLast(({ startPeriod }) => startPeriod <= second)!;
          const expected = oracle(list, now_ms + second * 1_000);
          if (limit !== expected.limit || numberPhases !== expected.numberPhases)
            expect({ second, limit, numberPhases }).toEqual({ second, ...expected });
        }
        for (const [index, { startPeriod, limit, numberPhases }] of periods.entries()) {
          const next = periods[index + 1];
          expect(startPeriod).toBeLessThan(next?.startPeriod ?? duration_s);
          expect(next && [next.limit, next.numberPhases]).not.toEqual([limit, numberPhases]);
        }
      }),
      { numRuns: propertyRuns(150) },
    );
  });

  it('never allows more than any single purpose does', () => {
    fc.assert(
      fc.property(profiles, fc.integer({ min: 0, max: duration_s * 1_000 }), (list, offset_ms) => {
        const at_ms = now_ms + offset_ms;
        const { limit_A } = storeOf(list).offer(1, at_ms, transaction, hardware);
        for (const each of ['ChargePointMaxProfile', 'ExternalConstraints', 'TxProfile'] as const) {
          const own = leading(list, each, each === 'TxProfile' ? 1 : 0, at_ms);
          if (own) expect(limit_A).toBeLessThanOrEqual(own.limit_A);
        }
        expect(limit_A).toBeLessThanOrEqual(hardware.limit_A);
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('several outlets never get more than the station may take', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const outlets = [outlet, { ...outlet, number: 2 }];
        const store = storeOf(list);
        for (const { startPeriod, limit } of compositeSchedule(store, outlets, now_ms, 600, 'A', voltage_V)) {
          const at_ms = now_ms + startPeriod * 1_000;
          const station = leading(list, 'ChargePointMaxProfile', 0, at_ms);
          expect(limit).toBeLessThanOrEqual((station?.limit_A ?? 64) + 0.05);
        }
      }),
      { numRuns: propertyRuns(100) },
    );
  });
});
