import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { sessionCost, sessionEnergy_Wh, type EnergyPrice } from './session-energy.js';

const hour_ms = 3_600_000;
const session = (meterStart_Wh: number, meterStop_Wh: number) => ({
  startedAt: 0,
  meterStart_Wh,
  endedAt: 2 * hour_ms,
  meterStop_Wh,
});
const at = (hours: number, energy_Wh: number) => ({ at: hours * hour_ms, energy_Wh });
const hourly = (...prices: number[]): EnergyPrice[] =>
  prices.map((perKWh, hour) => ({ from: hour * hour_ms, until: (hour + 1) * hour_ms, perKWh }));

describe('the energy of a session', () => {
  it('OCPP 1.6 4.10: is stop less start', () => {
    expect(sessionEnergy_Wh(session(1_000, 6_000), [])).toBe(5_000);
    expect(sessionEnergy_Wh({ ...session(1_000, 0), meterStop_Wh: null }, [])).toBeNull();
  });

  it('a sample that is a little off or late changes nothing: start and stop were journalled', () => {
    const readings = [at(0.5, 3_020), at(1, 3_000), at(1.5, 5_010)];
    expect(sessionEnergy_Wh(session(1_000, 5_000), readings)).toBe(4_000);
  });

  it('negative energy after a roll-over: the sum of what was read, or unknown, and never below zero', () => {
    const readings = [at(0.5, 9_900), at(1, 100), at(1.5, 1_100)];
    expect(sessionEnergy_Wh(session(9_000, 1_500), readings)).toBe(900 + 1_000 + 400);
    expect(sessionEnergy_Wh(session(9_000, 1_500), [])).toBeNull();
    const register = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(register, register, fc.array(fc.tuple(register, register)), (start, stop, read) => {
        const readings = read.map(([time, energy_Wh]) => ({ at: time * 700, energy_Wh }));
        expect(sessionEnergy_Wh(session(start, stop), readings) ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });
});

describe('the cost of a session', () => {
  it('NB-91: each part at the price of its time', () => {
    const readings = [at(1, 4_000)];
    expect(sessionCost(session(1_000, 5_000), readings, hourly(0.1, 0.5))).toBeCloseTo(3 * 0.1 + 1 * 0.5);
    // Without a reading in between the energy is spread evenly.
    expect(sessionCost(session(1_000, 5_000), [], hourly(0.1, 0.5))).toBeCloseTo(4 * 0.3);
  });

  it('is unknown where a part with energy has no price, and not where nothing was drawn', () => {
    expect(sessionCost(session(1_000, 5_000), [], hourly(0.1))).toBeNull();
    expect(sessionCost(session(1_000, 4_000), [at(1, 4_000)], hourly(0.1))).toBeCloseTo(0.3);
    expect(sessionCost(session(1_000, 5_000), [], [])).toBeNull();
  });

  it('lies between all energy at the lowest and at the highest price', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 8 }),
        fc.tuple(fc.integer({ min: -5, max: 50 }), fc.integer({ min: -5, max: 50 })),
        (increments, [first, second]) => {
          let energy_Wh = 0;
          const readings = increments.map((more, index) => at(0.2 * (index + 1), (energy_Wh += more)));
          const cost = sessionCost(session(0, energy_Wh), readings, hourly(first, second)) ?? Number.NaN;
          const kWh = energy_Wh / 1_000;
          expect(cost).toBeGreaterThanOrEqual(kWh * Math.min(first, second) - 1e-6);
          expect(cost).toBeLessThanOrEqual(kWh * Math.max(first, second) + 1e-6);
        },
      ),
      { numRuns: propertyRuns(500) },
    );
  });
});
