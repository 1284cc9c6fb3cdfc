import { describe, expect, it } from '@jest/globals';
import { Rota } from './rota.js';

const round = (rota: Rota, ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: 50 }, () => rota.next(() => ids));

describe('rota', () => {
  it.each([0, 1, 7, 50, 51, 1_234])('gives each of %d sites one turn in a round, evenly', (count) => {
    const ids = Array.from({ length: count }, (_, at) => `site-${at}`);
    const rota = new Rota(50);
    for (let again = 0; again < 2; again++) {
      const turns = round(rota, ids);
      expect(turns.flat()).toEqual(ids);
      expect(Math.max(...turns.map((sites) => sites.length))).toBe(Math.ceil(count / 50));
    }
  });

  it('takes in a site that came during a round when the next begins', () => {
    const ids = ['a', 'b'];
    const rota = new Rota(50);
    rota.next(() => ids);
    ids.push('c');
    const rest = Array.from({ length: 49 }, () => rota.next(() => ids)).flat();
    expect(rest).toEqual(['a', 'b']);
    expect(round(rota, ids).flat()).toEqual(['a', 'b', 'c']);
  });
});
