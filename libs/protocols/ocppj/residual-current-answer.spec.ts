import { describe, expect, it } from '@jest/globals';
import { residualCurrentAnswer } from './residual-current-answer.js';

const told = { result: 'passed', trip_ms: 21.5, current_mA: 30 };

describe('NB-74: what a charger tells of its residual-current device', () => {
  it.each([
    [
      { status: 'Accepted', data: JSON.stringify(told) },
      { passed: true, trip_ms: 21.5, current_mA: 30 },
    ],
    [
      { status: 'Accepted', data: told },
      { passed: true, trip_ms: 21.5, current_mA: 30 },
    ],
    [{ data: '{"result":"failed"}' }, { passed: false, trip_ms: null, current_mA: null }],
    [
      { data: '{"result":"failed","trip_ms":-1,"current_mA":"30"}' },
      { passed: false, trip_ms: null, current_mA: null },
    ],
  ])('%j', (answer, expected) => {
    expect(residualCurrentAnswer(answer)).toEqual(expected);
  });

  it.each([null, {}, { data: 'passed' }, { data: '{"result":"PASSED"}' }, { data: '[]' }, { data: 'null' }])(
    '%j holds no result',
    (answer) => {
      expect(residualCurrentAnswer(answer)).toBeNull();
    },
  );
});
