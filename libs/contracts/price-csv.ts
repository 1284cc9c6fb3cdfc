import { instantsAt, wallClock } from '#libs/allocation/modes/local-time.js';
import type { PriceSlot } from '#libs/allocation/modes/price-plan.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';

/** What is wrong with a line of a file, in one plain sentence; lines are counted from 1. */
export interface LineError {
  readonly line: number;
  readonly message: string;
}

export interface PriceCsvOptions {
  /** Times without an offset are read as the clocks of this IANA zone show them. */
  readonly timeZone: string;
  /** The prices in the file are for this much energy. */
  readonly per: 'kWh' | 'MWh';
}

interface Row {
  readonly line: number;
  readonly from: EpochMilliseconds;
  readonly until: EpochMilliseconds | null;
  readonly perKWh: number;
}

const columnNames: Readonly<Record<string, 'from' | 'until' | 'price'>> = {
  from: 'from',
  start: 'from',
  time: 'from',
  until: 'until',
  end: 'until',
  to: 'until',
  price: 'price',
};
const timePattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const headerHelp = 'The first line must name the columns: from, price, and until if you like.';

/**
 * Reads a price series from CSV: a header with `from`, `price` and, if there, `until`; separated by comma or semicolon, with
 * a semicolon the decimal comma is understood. Without `until` a price holds until the next one, the last as long as the
 * one before it. Every error names its line.
 */
export function readPriceCsv(
  text: string,
  options: PriceCsvOptions,
): Result<readonly PriceSlot[], readonly LineError[]> {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== '');
  const [header, ...body] = lines;
  if (!header) return fail([{ line: 1, message: 'The file is empty.' }]);
  const separator = header.content.includes(';') ? ';' : ',';
  const columns = header.content.split(separator).map((name) => columnNames[unquoted(name).toLowerCase()]);
  if (!columns.includes('from') || !columns.includes('price'))
    return fail([{ line: header.line, message: headerHelp }]);
  if (body.length === 0) return fail([{ line: header.line, message: 'There is no price in the file.' }]);

  const errors: LineError[] = [];
  const rows: Row[] = [];
  for (const { line, content } of body) {
    const cells = content.split(separator).map(unquoted);
    const cell = (name: 'from' | 'until' | 'price'): string => cells[columns.indexOf(name)] ?? '';
    const from = readTime(cell('from'), options.timeZone);
    const until = columns.includes('until') ? readTime(cell('until'), options.timeZone) : ok(null);
    const price = readPrice(cell('price'), separator);
    for (const each of [from, until, price]) if (!each.ok) errors.push({ line, message: each.error });
    if (from.ok && until.ok && price.ok)
      rows.push({
        line,
        from: from.value,
        until: until.value,
        perKWh: options.per === 'MWh' ? price.value / 1_000 : price.value,
      });
  }
  if (errors.length > 0) return fail(errors);
  return slotsOf(rows);
}

const unquoted = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();

function readPrice(text: string, separator: string): Result<number, string> {
  const plain = separator === ';' ? text.replace(',', '.') : text;
  return /^[+-]?\d+(\.\d+)?$/.test(plain)
    ? ok(Number(plain))
    : fail(`"${shortened(text)}" is not a price; write a number such as 0.25.`);
}

function readTime(text: string, timeZone: string): Result<EpochMilliseconds, string> {
  const match = timePattern.exec(text);
  const date = match && Date.parse(`${match[1]}T${match[2]}:${match[3] ?? '00'}Z`);
  if (!match || date === null || Number.isNaN(date) || new Date(date).toISOString().slice(0, 10) !== match[1])
    return fail(
      `"${shortened(text)}" is not a time; write it as 2026-10-25T02:00 or 2026-10-25T02:00+01:00.`,
    );
  const offset = match[4];
  if (offset !== undefined) {
    if (offset === 'Z') return ok(epochMilliseconds(date));
    const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
    const away_ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return ok(epochMilliseconds(sign === '-' ? date + away_ms : date - away_ms));
  }
  const [first, second] = instantsAt(timeZone, wallClock(date));
  if (first === undefined)
    return fail(`The clocks of ${timeZone} skip ${text} on that day; correct the time or write its offset.`);
  if (second !== undefined)
    return fail(
      `The clocks of ${timeZone} show ${text} twice on that day; write the offset, e.g. ${text}+01:00.`,
    );
  return ok(first);
}

/** A cell that is no price or time may be anything. */
const shortened = (text: string): string => (text.length > 30 ? `${text.slice(0, 30)}...` : text);

function slotsOf(rows: readonly Row[]): Result<readonly PriceSlot[], readonly LineError[]> {
  const slots: PriceSlot[] = [];
  for (const [index, { line, from, until, perKWh }] of rows.entries()) {
    const last = slots.at(-1);
    const next = rows[index + 1]?.from ?? (last ? from + (last.until - last.from) : null);
    const end = until ?? next;
    if (end === null) return fail([{ line, message: 'A single price needs its end; add the column until.' }]);
    if (last && from < last.until)
      return fail([{ line, message: 'This price begins before the one above it has ended.' }]);
    if (end <= from) return fail([{ line, message: 'This price ends before it begins.' }]);
    slots.push({ from, until: epochMilliseconds(end), perKWh });
  }
  return ok(slots);
}
