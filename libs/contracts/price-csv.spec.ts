import { describe, expect, it } from '@jest/globals';
import { readPriceCsv } from './price-csv.js';

const read = (text: string, per: 'kWh' | 'MWh' = 'kWh') =>
  readPriceCsv(text, { timeZone: 'Europe/Oslo', per });
const rows = (text: string) => {
  const series = read(text);
  if (!series.ok) throw new Error(JSON.stringify(series.error));
  return series.value.map(({ from, until, perKWh }) => [
    new Date(from).toISOString().slice(0, 16),
    new Date(until).toISOString().slice(0, 16),
    perKWh,
  ]);
};

describe('prices as CSV (NB-91)', () => {
  it('reads local times, and a price holds until the next one', () => {
    expect(rows('from,price\n2026-01-05T22:00,0.25\n2026-01-05 23:00,-0.01\n')).toEqual([
      ['2026-01-05T21:00', '2026-01-05T22:00', 0.25],
      ['2026-01-05T22:00', '2026-01-05T23:00', -0.01],
    ]);
  });

  it('reads what a spreadsheet writes: byte order mark, semicolons, decimal commas, quotes, CRLF', () => {
    expect(rows('\uFEFFStart;End;Price\r\n"2026-01-05 22:00";"2026-01-05 22:15";"0,25"\r\n\r\n')).toEqual([
      ['2026-01-05T21:00', '2026-01-05T21:15', 0.25],
    ]);
  });

  it('an offset goes before the zone, and prices per megawatt hour become prices per kilowatt hour', () => {
    const series = read('from,until,price\n2026-01-05T22:00Z,2026-01-06T00:30+01:30,250\n', 'MWh');
    expect(series).toEqual({
      ok: true,
      value: [{ from: Date.UTC(2026, 0, 5, 22), until: Date.UTC(2026, 0, 5, 23), perKWh: 0.25 }],
    });
  });

  it('the day of 25 hours: the hour that comes twice needs its offset', () => {
    const refused = read('from,price\n2026-10-25T01:00,1\n2026-10-25T02:00,2\n2026-10-25T03:00,3\n');
    expect(refused).toEqual({
      ok: false,
      error: [{ line: 3, message: expect.stringContaining('twice on that day; write the offset') }],
    });
    expect(
      rows('from,price\n2026-10-25T02:00+02:00,1\n2026-10-25T02:00+01:00,2\n2026-10-25T03:00,3\n'),
    ).toEqual([
      ['2026-10-25T00:00', '2026-10-25T01:00', 1],
      ['2026-10-25T01:00', '2026-10-25T02:00', 2],
      ['2026-10-25T02:00', '2026-10-25T03:00', 3],
    ]);
  });

  it('the day of 23 hours: a time that the clocks skip is refused, the hour before it ends with it', () => {
    expect(rows('from,price\n2026-03-29T01:00,1\n2026-03-29T03:00,2\n')).toEqual([
      ['2026-03-29T00:00', '2026-03-29T01:00', 1],
      ['2026-03-29T01:00', '2026-03-29T02:00', 2],
    ]);
    expect(read('from,price\n2026-03-29T02:30,1\n')).toMatchObject({
      error: [{ line: 2, message: expect.stringContaining('skip 2026-03-29T02:30') }],
    });
  });

  it.each([
    ['', 1, 'empty'],
    ['hour,price\n1,2', 1, 'name the columns'],
    ['from,price\n', 1, 'no price'],
    ['from,price\n\n2026-01-05T22:00,cheap', 3, 'not a price'],
    ['from,price\nyesterday,1', 2, 'not a time'],
    ['from,price\n2026-02-30T00:00,1', 2, 'not a time'],
    ['from,price\n2026-01-05T22:00,1', 2, 'add the column until'],
    ['from,price\n2026-01-05T22:00,1\n2026-01-05T21:00,1', 2, 'ends before it begins'],
    [
      'from,until,price\n2026-01-05T22:00,2026-01-05T23:00,1\n2026-01-05T22:30,2026-01-05T23:30,1',
      3,
      'above it',
    ],
  ])('refuses %j naming line %d', (text, line, message) => {
    expect(read(text)).toMatchObject({
      ok: false,
      error: [{ line, message: expect.stringContaining(message) }],
    });
  });

  it('names every line that is wrong, and does not repeat long cells', () => {
    const answer = read(`from,price\nx,1\n2026-01-05T22:00,${'y'.repeat(500)}\n`);
    expect(answer.ok || answer.error.map(({ line }) => line)).toEqual([2, 3]);
    expect(JSON.stringify(answer).length).toBeLessThan(300);
  });
});
