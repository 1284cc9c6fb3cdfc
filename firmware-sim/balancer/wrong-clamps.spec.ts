import { expect, it } from '@jest/globals';
import { scenarioSchema } from '../scenario/scenario-schema.js';
import { wrongClamps } from './wrong-clamps.js';

const fault = (wanted: object) => {
  const scenario = scenarioSchema.parse({ name: 'n', description: 'd', faults: [{ at_s: 1, ...wanted }] });
  const [only] = scenario.faults;
  if (!only) throw new Error('the scenario has no fault');
  return wrongClamps(only);
};

it.each([
  [{ kind: 'zen-clamp-reversed', line: 'L3' }, { reversed: [false, false, true] }],
  [{ kind: 'zen-lines-swapped', line: 'L1' }, { lines: [1, 0, 2] }],
  [{ kind: 'zen-lines-swapped', line: 'L3' }, { lines: [2, 1, 0] }],
  [{ kind: 'zen-ratio-wrong', share: 0.25 }, { ratio: 12_000 }],
  [{ kind: 'zen-silent' }, {}],
])('%p of a scenario file', (wanted, clamps) => {
  expect(fault(wanted)).toEqual(clamps);
});
