import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdentifierTable } from './identifier-table.js';
import { RowLists } from './row-lists.js';
import { TextTable } from './text-table.js';

describe('identifiers as rows', () => {
  it('a UUID keeps its row through any growth, by text in either case and by bytes, with its fields', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 200 }),
        fc.nat({ max: 10 }),
        (ids, expected) => {
          const table = new IdentifierTable(expected, 2);
          ids.forEach((id, index) => {
            const row = table.intern(id);
            expect(table.get(row, 0)).toBe(-1);
            table.set(row, 0, index);
          });
          expect(table.size).toBe(ids.length);
          for (const [index, id] of ids.entries()) {
            const bytes = Buffer.from(`00${id.replaceAll('-', '')}`, 'hex');
            expect(table.find(id)).toBe(index);
            expect(table.find(id.toUpperCase())).toBe(index);
            expect(table.internBytes(bytes, 1)).toBe(index);
            expect(table.idOf(index)).toBe(id);
            expect([table.get(index, 0), table.get(index, 1)]).toEqual([index, -1]);
          }
          expect(table.size).toBe(ids.length);
        },
      ),
    );
  });

  it('what is no UUID, or was never seen, has no row', () => {
    const id = '0123abcd-89ab-4def-8123-456789abcdef';
    const table = new IdentifierTable(0, 0);
    table.intern(id);
    for (let index = 0; index < 36; index++) {
      for (const other of ['g', '-', '0', 'é', '\u0130', '/', ':', '@', '`']) {
        const changed = id.slice(0, index) + other + id.slice(index + 1);
        expect([changed, table.find(changed)]).toEqual([changed, changed === id ? 0 : -1]);
      }
    }
    for (const wrong of ['', id.slice(1), `${id}0`]) {
      expect(table.find(wrong)).toBe(-1);
      expect(() => table.intern(wrong)).toThrow(RangeError);
    }
  });

  it('a digit that is none is refused, and bytes are read for themselves', () => {
    const [one, other] = ['0123abcd-89ab-4def-8123-456789abcdef', '1123abcd-99ab-4def-9123-556789abcdef'];
    const table = new IdentifierTable(0, 0);
    for (let index = 0; index < 36; index++) {
      const wrong = `${one.slice(0, index)}g${one.slice(index + 1)}`;
      expect(() => table.intern(wrong)).toThrow(RangeError);
    }
    const bytes = [one, other].map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'));
    expect([table.intern(one), table.intern(other)]).toEqual([0, 1]);
    expect(bytes.map((each) => table.internBytes(each, 0))).toEqual([0, 1]);
    expect([table.find(one), table.internBytes(bytes[1]!, 0)]).toEqual([0, 1]);
  });

  it('identifiers that differ in one word are never the same', () => {
    const patterns = [
      '#1#2-0000-4000-8000-000000000000',
      '00000000-#1-#2-8000-000000000000',
      '00000000-0000-4000-#1-#200000000',
      '00000000-0000-4000-8000-0000#1#2',
    ];
    for (const pattern of patterns) {
      const table = new IdentifierTable(0, 0);
      for (let index = 0; index < 3_000; index++) {
        const digits = index.toString(16).padStart(8, '0');
        const id = pattern.replace('#1', digits.slice(0, 4)).replace('#2', digits.slice(4));
        expect(table.intern(id)).toBe(index);
      }
    }
  });

  it('texts with the same hash are different texts, of the same length and of another', () => {
    const pairs = [
      ['-3nxk3bxhlmd78', '-inpkw6-vzkxfr'],
      ['-qg1zlzz84ymc', 'uw6jfaxb7hqd'],
      // One is the beginning of the other.
      ['person-1RoTelT', 'person-1'],
    ] as const;
    for (const [one, other] of pairs) {
      const table = new TextTable();
      const rows = [table.intern(one), table.find(other), table.intern(other), table.find(one)];
      expect(rows).toEqual([0, -1, 1, 0]);
    }
  });

  it('a text in bytes gets the row that it has as a string, and one longer than any identifier none', () => {
    const table = new TextTable();
    const bytes = Buffer.from('ada,olga,åse');
    expect([table.findAscii(bytes, 0, 3), table.internAscii(bytes, 0, 3), table.intern('ada')]).toEqual([
      -1, 0, 0,
    ]);
    expect([table.intern('olga'), table.findAscii(bytes, 4, 4)]).toEqual([1, 1]);
    expect([table.internAscii(bytes, 9, 4), table.size]).toEqual([-1, 2]);
    const long = 'x'.repeat(65_536);
    expect([table.intern(long.slice(1)), table.textOf(2) === long.slice(1)]).toEqual([2, true]);
    expect(() => table.intern(long)).toThrow(RangeError);
  });

  it('a double keeps every bit beside the words of its record, through any growth', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `00000000-0000-4000-8000-0000000000${index + 10}`);
    const values = [0.1, -0, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 1.7e12];
    const table = new IdentifierTable(0, 5);
    for (const [index, id] of ids.entries()) {
      const row = table.intern(id);
      table.set(row, 0, index);
      table.setDouble(row, 2, values[index % 5]!);
      table.set(row, 4, -index);
    }
    for (const [index, id] of ids.entries()) {
      const row = table.find(id);
      expect([table.get(row, 0), table.getDouble(row, 2), table.get(row, 4)]).toEqual([
        index,
        values[index % 5],
        0 - index,
      ]);
    }
  });

  it('identifiers that differ in one digit are found as fast as any', () => {
    const table = new IdentifierTable(0, 0);
    for (let index = 0; index < 20_000; index++) {
      table.intern(`00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`);
    }
    expect(table.find('00000000-0000-4000-8000-000000004e1f')).toBe(19_999);
    expect(table.find('00000000-0000-4000-8000-000000004e20')).toBe(-1);
  });

  it('a text keeps its row, and is given back as it was', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 200 }),
        (texts) => {
          const table = new TextTable();
          for (const [index, text] of texts.entries()) expect(table.intern(text)).toBe(index);
          for (const [index, text] of texts.entries()) {
            expect([table.find(text), table.intern(text), table.textOf(index)]).toEqual([index, index, text]);
            const bytes = Buffer.from(`-${text}-`);
            const ascii = bytes.length === text.length + 2 && bytes.every((byte) => byte < 128) ? index : -1;
            expect(table.findAscii(bytes, 1, bytes.length - 2)).toBe(ascii);
            expect(table.internAscii(bytes, 1, bytes.length - 2)).toBe(ascii);
          }
          expect(table.find(`${texts[0] ?? ''}!`.repeat(60))).toBe(-1);
          expect([table.size, table.textOf(-1), table.textOf(texts.length)]).toEqual([texts.length, '', '']);
        },
      ),
    );
  });
});

describe('lists of rows', () => {
  it('agree with arrays through any moves', () => {
    const move = fc.tuple(fc.nat({ max: 12 }), fc.integer({ min: -1, max: 6 }));
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200, size: 'max' }), (moves) => {
        const lists = new RowLists();
        const arrays: number[][] = Array.from({ length: 7 }, () => []);
        for (const [row, list] of moves) {
          lists.move(row, list);
          if (arrays[list]?.includes(row)) continue;
          for (const [index, array] of arrays.entries()) arrays[index] = array.filter((each) => each !== row);
          arrays[list]?.push(row);
        }
        for (const [list, array] of arrays.entries()) expect([...lists.rowsOf(list)]).toEqual(array);
        expect([lists.firstOf(-1), lists.firstOf(1_000)]).toEqual([-1, -1]);
      }),
    );
  });
});
