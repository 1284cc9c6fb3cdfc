import { describe, expect, it } from '@jest/globals';
import { readFactoryCsv } from './factory-csv.js';

const header = 'serial,pin,type,model,bootstrapSecret';
const good = `BB-0001,471100,charger,Garage One,${'a1'.repeat(20)}`;

describe('NB-70: the factory tells which devices there are', () => {
  it('reads devices, whatever the order of the columns and the line ends', () => {
    const text = '\uFEFFtype,model,pin,serial\r\nhub,"Home, small",47-11-ab,bb-0002\r\n\r\n';
    expect(readFactoryCsv(text)).toEqual({
      ok: true,
      value: [
        {
          line: 2,
          serial: 'BB-0002',
          pin: '4711AB',
          kind: 'hub',
          model: 'Home, small',
          bootstrapSecret: null,
        },
      ],
    });
  });

  it('takes a secret that the factory gave', () => {
    const read = readFactoryCsv(`${header}\n${good}\n`);
    expect(read).toMatchObject({ ok: true, value: [{ bootstrapSecret: 'a1'.repeat(20) }] });
  });

  it('names every line that is wrong and takes none', () => {
    const rows = [
      good,
      'x,471100,charger,M,',
      'BB-0003,123,charger,M,',
      'BB-0004,471100,kettle,M,',
      'BB-0005,471100,charger,,',
      'BB-0006,471100,charger,M,password',
      'BB-0007,471100,charger',
      good,
    ];
    expect(readFactoryCsv([header, ...rows].join('\n'))).toEqual({
      ok: false,
      error: [
        { line: 3, code: 'bad-serial' },
        { line: 4, code: 'bad-pin' },
        { line: 5, code: 'bad-type' },
        { line: 6, code: 'bad-model' },
        { line: 7, code: 'bad-secret' },
        { line: 8, code: 'bad-row' },
        { line: 9, code: 'serial-twice' },
      ],
    });
  });

  it.each([
    ['', 1, 'bad-header'],
    ['serial,pin,type\nBB-0001,471100,charger', 1, 'bad-header'],
    ['serial,pin,type,model,colour\nBB-0001,471100,charger,M,red', 1, 'bad-header'],
    [header, 1, 'no-rows'],
    [`${header}\n"BB-0001,1`, 2, 'unreadable'],
  ])('%j: line %i, %s', (text, line, code) => {
    expect(readFactoryCsv(text)).toEqual({ ok: false, error: [{ line, code }] });
  });
});
