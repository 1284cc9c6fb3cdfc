import type { CallRefusal } from './call-error.js';
import { readDate } from './device-time.js';
import type { OcppSchemas, Violation } from './schema.js';

/** What may be put right in a message that breaks its schema, so that a charger's small mistake costs nobody a transaction. */
export const tolerances = [
  /** A field the version does not know is left out. */
  'drop-unknown',
  /** An optional field that is null or an empty text is left out. */
  'drop-empty',
  /**
   * An optional field with a value outside its enumeration, format or bounds is left out; where it says what a reading is of,
   * the reading with it.
   */
  'drop-bad-optional',
  /** A text that is too long is cut; never one that identifies somebody or something. */
  'truncate',
  /** A number sent as text, or a text sent as number, is read as what it stands for; never one that identifies. */
  'coerce',
  /** A date that only lacks what ISO 8601 asks for (a `T`, a zone) is read; without a zone it is UTC. */
  'loose-date',
] as const;
export type Tolerance = (typeof tolerances)[number];

export const isTolerance = (name: string): name is Tolerance =>
  (tolerances as readonly string[]).includes(name);

export interface Deviation {
  readonly tolerance: Tolerance;
  /** Where, with list positions left out: `meterValue/sampledValue/value`. It holds no value that was sent. */
  readonly path: string;
}

export type Tolerated =
  | { readonly ok: true; readonly payload: unknown; readonly deviations: readonly Deviation[] }
  | { readonly ok: false; readonly refusal: CallRefusal };

/** More mistakes than this in one message, and it is refused for the first of them. */
const mostRepairs = 32;

/** Cut or read as a number, these would name somebody or something else. */
const identifying: ReadonlySet<string> = new Set([
  'certificate',
  'csr',
  'idTag',
  'idToken',
  'parentIdTag',
  'transactionId',
]);

/** The payload as its schema wants it, with what had to be put right for that; or the refusal of the original. */
export function tolerate(
  schemas: OcppSchemas,
  action: string,
  payload: unknown,
  allowed: ReadonlySet<Tolerance>,
): Tolerated {
  const first = schemas.requestViolation(action, payload);
  if (!first) return { ok: true, payload, deviations: [] };
  const refused = { ok: false, refusal: first.refusal } as const;
  if (allowed.size === 0 || typeof payload !== 'object' || payload === null) return refused;
  const repaired = structuredClone(payload);
  const deviations: Deviation[] = [];
  for (
    let violation: Violation | null = first;
    violation;
    violation = schemas.requestViolation(action, repaired)
  ) {
    if (deviations.length === mostRepairs) return refused;
    const tolerance = repair(repaired, violation, allowed);
    if (!tolerance) return refused;
    deviations.push({ tolerance, path: violation.path.filter((step) => !/^\d+$/.test(step)).join('/') });
  }
  return { ok: true, payload: repaired, deviations };
}

type Fields = Record<string, unknown>;

/** Puts one mistake right in place; null when none of the allowed tolerances covers it. */
function repair(payload: object, violation: Violation, allowed: ReadonlySet<Tolerance>): Tolerance | null {
  const { keyword, path, unknownField, limit } = violation;
  if (keyword === 'additionalProperties' && unknownField !== undefined) {
    const owner = valueAt(payload, path);
    if (!allowed.has('drop-unknown') || !isFields(owner)) return null;
    delete owner[unknownField];
    return 'drop-unknown';
  }
  const key = path.at(-1);
  const owner = valueAt(payload, path.slice(0, -1));
  if (key === undefined || !isFields(owner) || !Object.hasOwn(owner, key)) return null;
  const value = owner[key];
  const put = (tolerance: Tolerance, replacement: unknown): Tolerance | null => {
    if (replacement === undefined || !allowed.has(tolerance)) return null;
    owner[key] = replacement;
    return tolerance;
  };
  if (keyword === 'maxLength' && typeof value === 'string' && limit !== undefined && !identifying.has(key))
    return put('truncate', value.slice(0, limit));
  if (keyword === 'format' && typeof value === 'string') {
    const date = put('loose-date', readDate(value)?.toISOString());
    if (date) return date;
  }
  if (keyword === 'type' && !identifying.has(key)) {
    const coerced = put('coerce', coerce(value, violation.expectedTypes));
    if (coerced) return coerced;
  }
  if (Array.isArray(owner) || violation.isRequired()) return null;
  const tolerance = value === null || value === '' ? 'drop-empty' : 'drop-bad-optional';
  if (!allowed.has(tolerance)) return null;
  if (tolerance === 'drop-empty' || !meanings.has(key) || !dropReading(payload, path)) delete owner[key];
  return tolerance;
}

/**
 * What a reading is of. Left out, each of them means something else (an energy register in Wh, of all lines, at the outlet),
 * and an unknown current would end up as a meter reading that somebody pays for.
 */
const meanings: ReadonlySet<string> = new Set([
  'format',
  'location',
  'measurand',
  'multiplier',
  'phase',
  'unit',
  'unitOfMeasure',
]);

/** Takes the reading that `path` leads into out of its list, and its time with it when it was the last one there. */
function dropReading(payload: object, path: readonly string[]): boolean {
  const list = path.lastIndexOf('sampledValue');
  const readings = valueAt(payload, path.slice(0, list + 1));
  const times = valueAt(payload, path.slice(0, list - 1));
  if (list < 2 || !Array.isArray(readings) || !Array.isArray(times)) return false;
  readings.splice(Number(path[list + 1]), 1);
  if (readings.length === 0) times.splice(Number(path[list - 1]), 1);
  return true;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function valueAt(payload: unknown, path: readonly string[]): unknown {
  let value = payload;
  for (const step of path) {
    if (!isFields(value)) return undefined;
    value = value[step];
  }
  return value;
}

function coerce(value: unknown, expected: readonly string[]): unknown {
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (expected.includes('integer') && Number.isSafeInteger(number)) return number;
    if (expected.includes('number') && Number.isFinite(number)) return number;
    if (expected.includes('boolean') && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  }
  if (typeof value === 'number' && expected.includes('string') && Number.isFinite(value))
    return String(value);
  return undefined;
}
