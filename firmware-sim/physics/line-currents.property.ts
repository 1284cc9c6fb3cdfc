import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCar, deltaLine_A, lineCurrents_A, noFlow } from './line-currents.js';

const current = fc.double({ min: 0, max: 100, noNaN: true });

/** The same sum with complex numbers: pairs ab, bc, ca at 0, -120 and +120 degrees; I_a = I_ab - I_ca. */
function byPhasors(ab: number, bc: number, ca: number): number[] {
  const at = (value: number, degrees: number): [number, number] => [
    value * Math.cos((degrees * Math.PI) / 180),
    value * Math.sin((degrees * Math.PI) / 180),
  ];
  const [iab, ibc, ica] = [at(ab, 0), at(bc, -120), at(ca, 120)];
  const minus = (x: [number, number], y: [number, number]) => Math.hypot(x[0] - y[0], x[1] - y[1]);
  return [minus(iab, ica), minus(ibc, iab), minus(ica, ibc)];
}

describe('line currents', () => {
  it('loads between lines add as phasors 120 degrees apart', () => {
    fc.assert(
      fc.property(current, current, current, (ab, bc, ca) => {
        const lines = lineCurrents_A({ neutral_A: [0, 0, 0], between_A: [ab, bc, ca] });
        byPhasors(ab, bc, ca).forEach((expected, index) => expect(lines[index]).toBeCloseTo(expected, 6));
      }),
    );
  });

  it('more load never means less current on a line', () => {
    fc.assert(
      fc.property(current, current, current, (one, other, more) => {
        expect(deltaLine_A(one + more, other)).toBeGreaterThanOrEqual(deltaLine_A(one, other) - 1e-9);
      }),
    );
  });

  it('I6: rotating the wiring rotates the result', () => {
    fc.assert(
      fc.property(current, fc.constantFrom(1, 2, 3), (value, phases) => {
        const straight = noFlow();
        addCar(straight, { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] }, value, phases);
        const rotated = noFlow();
        addCar(rotated, { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] }, value, phases);
        const [l1, l2, l3] = lineCurrents_A(straight);
        expect(lineCurrents_A(rotated)).toEqual([l3, l1, l2]);
      }),
    );
  });
});
