import { describe, expect, it } from '@jest/globals';
import { Street } from '#libs/testing/street.js';
import { takeMeterFrame } from './site-state.js';

/** Two cars on one line behind 32 A: the first takes `draws_A` whatever it may, the second what it may. */
function evening(draws_A: number | null): { readonly neighbour_A: number; readonly line_A: number } {
  const street = Street.settled(32, [32, 32], {});
  const allowed_A = (index: number): number =>
    street.state.connectors[index]!.commitment.inForce(street.now)?.current_A ?? 0;
  let line_A = 0;
  for (let second = 0; second < 120; second++) {
    street.wait(1_000);
    const drawn_A = [draws_A ?? allowed_A(0), allowed_A(1)] as const;
    drawn_A.forEach((current_A, index) =>
      street.tell(index, { type: 'sampled', current_A: [current_A, 0, 0] }),
    );
    line_A = drawn_A[0] + drawn_A[1];
    takeMeterFrame(street.state, 0, street.now, [line_A, 0, 0]);
    street.answer(street.decide());
  }
  return { neighbour_A: allowed_A(1), line_A };
}

describe('a car that draws above its limit (I13)', () => {
  it('counts at what it really draws: the neighbour gets what is left, and the fuse holds', () => {
    const fair = evening(null);
    expect(fair.neighbour_A).toBeGreaterThanOrEqual(15);
    const { neighbour_A, line_A } = evening(24);
    expect(neighbour_A).toBeLessThanOrEqual(8);
    expect(neighbour_A).toBeGreaterThanOrEqual(6);
    expect(line_A).toBeLessThanOrEqual(32);
  });
});
