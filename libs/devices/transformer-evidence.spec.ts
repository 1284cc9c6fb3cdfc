import { describe, expect, it } from '@jest/globals';
import type { PerPhase } from '#libs/units/phases.js';
import {
  findingOf,
  noEvidence,
  takeEnd,
  takeReading,
  takeSample,
  type Evidence,
} from './transformer-evidence.js';

const start = Date.UTC(2026, 0, 5);
const second = 1_000;

/** A meter every second and a charger sample every 10 s for half a minute of `car_A`, seen through `clamp`. */
function drive(
  evidence: Evidence,
  from: number,
  car_A: PerPhase,
  base_A: PerPhase,
  clamp: (true_A: PerPhase) => PerPhase,
): Evidence {
  let next = evidence;
  for (let tick = 0; tick < 30; tick++) {
    const at = from + tick * second;
    const true_A: PerPhase = [car_A[0] + base_A[0], car_A[1] + base_A[1], car_A[2] + base_A[2]];
    next = takeReading(next, { at, current_A: clamp(true_A), power_W: null }, null);
    if (tick % 10 === 9) next = takeSample(next, 'garage/1', at, car_A);
  }
  return next;
}
function play(clamp: (true_A: PerPhase) => PerPhase, cars: readonly number[]): Evidence {
  return cars.reduce(
    (evidence, car, index) =>
      drive(evidence, start + index * 30 * second, [car, car, car], [3, 1, 0.5], clamp),
    noEvidence,
  );
}
const cars = [6, 16, 8, 20, 10, 6];

describe('NB-79: steps between moments of rest', () => {
  it('a car that goes up and down proves a good installation', () => {
    expect(
      findingOf(
        play((true_A) => true_A, cars),
        start,
      ),
    ).toMatchObject({ code: 'installation-plausible' });
  });

  it('current that falls when the car takes more is a reversed clamp', () => {
    const reversed = play(([l1, l2, l3]) => [l1, -l2, l3], cars);
    expect(findingOf(reversed, start)).toMatchObject({
      code: 'transformer-reversed',
      detail: { lines: 'L2', evidence: 'charging' },
    });
  });

  it('a step counts only when samples before and after rest, so a late sample is not held against the meter', () => {
    // The car changed at 0 s; its charger tells at 9 s, and again at 19 s: only from then on it is known to rest.
    const before = play((true_A) => true_A, [6]);
    const once = takeSample(before, 'garage/1', start + 35 * second, [16, 16, 16]);
    expect(once.steps).toEqual([]);
  });

  it('an hour between two rests is the life of a house, not a step', () => {
    const first = play((true_A) => true_A, [6]);
    expect(drive(first, start + 3_600 * second, [16, 16, 16], [9, 9, 9], (value) => value).steps).toEqual([]);
  });

  it('a car that leaves is a step down', () => {
    let evidence = play((true_A) => true_A, [16]);
    evidence = takeEnd(evidence, 'garage/1', start + 31 * second);
    for (let tick = 32; tick < 40; tick++)
      evidence = takeReading(
        evidence,
        { at: start + tick * second, current_A: [3, 1, 0.5], power_W: null },
        null,
      );
    evidence = takeEnd(evidence, 'elsewhere/1', start + 31 * second);
    expect(evidence.steps).toHaveLength(1);
    expect(evidence.steps[0]?.chargers_A).toEqual([-16, -16, -16]);
  });

  it('export without a solar terminal is a reversed clamp after a minute; with one it is the sun', () => {
    const export_A: PerPhase = [4, -6, 2];
    const readings = (solarTerminal: boolean, seconds: number): Evidence => {
      let evidence: Evidence = noEvidence;
      for (let tick = 0; tick <= seconds; tick++)
        evidence = takeReading(
          evidence,
          { at: start + tick * second, current_A: export_A, power_W: null },
          solarTerminal,
        );
      return evidence;
    };
    expect(findingOf(readings(false, 59), start + 59 * second)).toBeNull();
    expect(findingOf(readings(false, 60), start + 60 * second)).toEqual({
      code: 'transformer-reversed',
      detail: { lines: 'L2', evidence: 'export-without-solar' },
    });
    expect(findingOf(readings(true, 300), start + 300 * second)).toBeNull();
  });
});
