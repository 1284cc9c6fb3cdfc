import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { fail, ok, type Result } from '#libs/units/result.js';
import { pinPattern, readPin, readSerial, serialPattern, type Sticker } from './claim-text.js';

const kinds = ['charger', 'balancer', 'hub'] as const;

/** One device as the factory tells of it. */
export interface FactoryRow extends Sticker {
  /** Lines are counted from 1, the header's. */
  readonly line: number;
  readonly kind: (typeof kinds)[number];
  readonly model: string;
  /** Null: one is generated. */
  readonly bootstrapSecret: string | null;
}

/** What can be wrong with a line; the codes are stable. */
export const factoryRowProblems = {
  unreadable: 'This is no CSV; check the quotation marks.',
  'bad-header':
    'The first line names the columns: serial, pin, type, model and, if you like, bootstrapSecret.',
  'no-rows': 'The file names no device.',
  'too-many-rows': 'A file names at most 10000 devices.',
  'bad-row': 'The line has more or fewer fields than the header.',
  'bad-serial': 'A serial is 4 to 32 letters, digits, dots, hyphens and underscores.',
  'bad-pin': 'A PIN is 6 to 16 letters and digits.',
  'bad-type': 'The type is charger, balancer or hub.',
  'bad-model': 'The model is 1 to 50 characters.',
  'bad-secret': 'A bootstrap secret is 40 hexadecimal digits in lower case, of a random generator.',
  'serial-twice': 'The file names this serial before.',
  'imported-otherwise': 'This serial was imported before with other particulars.',
} as const;
export type FactoryRowProblem = keyof typeof factoryRowProblems;

export interface FactoryRowError {
  readonly line: number;
  readonly code: FactoryRowProblem;
}

const required = ['serial', 'pin', 'type', 'model'];
const known = [...required, 'bootstrapSecret'];
const mostRows = 10_000;

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

/** Reads the factory's file (RFC 4180, UTF-8): every line that is wrong, or every device. No value is in an error: it may be a PIN. */
export function readFactoryCsv(text: string): Result<readonly FactoryRow[], readonly FactoryRowError[]> {
  let records: z.infer<typeof recordsSchema>;
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    records = recordsSchema.parse(parse(text, options));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { lines?: unknown };
    return fail([{ line: typeof lines === 'number' ? lines : 1, code: 'unreadable' }]);
  }
  const [header, ...body] = records;
  const columns = header?.record ?? [];
  const whole = required.every((name) => columns.includes(name)) && new Set(columns).size === columns.length;
  if (!whole || !columns.every((name) => known.includes(name)))
    return fail([{ line: 1, code: 'bad-header' }]);
  if (body.length === 0) return fail([{ line: 1, code: 'no-rows' }]);
  if (body.length > mostRows) return fail([{ line: 1, code: 'too-many-rows' }]);

  const rows: FactoryRow[] = [];
  const errors: FactoryRowError[] = [];
  const serials = new Set<string>();
  for (const { record, info } of body) {
    const row = readRow(columns, record, info.lines);
    const code = typeof row === 'string' ? row : serials.has(row.serial) ? 'serial-twice' : null;
    if (code !== null) errors.push({ line: info.lines, code });
    else if (typeof row !== 'string') {
      serials.add(row.serial);
      rows.push(row);
    }
  }
  return errors.length > 0 ? fail(errors) : ok(rows);
}

function readRow(
  columns: readonly string[],
  fields: readonly string[],
  line: number,
): FactoryRow | FactoryRowProblem {
  if (fields.length !== columns.length) return 'bad-row';
  const field = (name: string): string => fields[columns.indexOf(name)] ?? '';
  const serial = readSerial(field('serial'));
  const pin = readPin(field('pin'));
  const kind = kinds.find((each) => each === field('type'));
  const model = field('model');
  const secret = field('bootstrapSecret');
  if (!serialPattern.test(serial)) return 'bad-serial';
  if (!pinPattern.test(pin)) return 'bad-pin';
  if (!kind) return 'bad-type';
  if (model === '' || model.length > 50) return 'bad-model';
  if (secret !== '' && !/^[0-9a-f]{40}$/.test(secret)) return 'bad-secret';
  return { line, serial, pin, kind, model, bootstrapSecret: secret === '' ? null : secret };
}
