import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readGolden } from '#libs/testing/golden.js';
import { runGolden } from '#libs/testing/golden-run.js';

const folder = 'libs/allocation/goldens';
const goldens = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, golden: readGolden(`${folder}/${name}`) }));

describe('what users of other balancers complain of', () => {
  it.each(goldens.map(({ name, golden }) => [golden.title, name, golden] as const))(
    '%s (%s)',
    (_, __, golden) => {
      expect(runGolden(golden)).toEqual([]);
    },
  );
});
