import type { Random } from './random.js';

type Container = Record<string, unknown> | unknown[];

/** Values that a field never expects: other types, edges of numbers, texts that hurt. */
const strangeValues: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  0.1 + 0.2,
  255,
  256,
  65_536,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e300,
  -1e300,
  5e-324,
  '',
  ' ',
  'null',
  '0',
  'NaN',
  [],
  {},
  [[]],
  [null],
  { toString: 1 },
  'A\u0000B',
  '\u0000',
  '\ud800',
  'x\udfffy\ud83d',
  '\u202e\u2066txt\u2069',
  '👩‍👩‍👧‍👦'.repeat(3),
  'e\u0301'.repeat(30),
  "'; DROP TABLE devices; --",
  '${jndi:ldap://example.test/a}',
  '%s%n%p',
  '../../../etc/passwd',
  '\r\nX-Injected: 1',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30T25:61:61Z',
  '2016-12-31T23:59:60Z',
  '2026-01-05',
  '2026-01-05 08:00:00',
  '1970-01-01T00:00:00Z',
];

/** A copy: what is mutated later must not be what the next case gets. */
const strangeValue = (random: Random): unknown => structuredClone(random.of(strangeValues));

const strangeFields = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\u0000',
  'x'.repeat(300),
];

/** Stands in the payload for text that JSON.stringify would not write. */
const rawTexts: Readonly<Record<string, (random: Random) => string>> = {
  '@raw:deep': (random) => {
    const depth = random.of([50, 500, 5_000, 20_000]);
    return random.chance(0.5)
      ? '['.repeat(depth) + ']'.repeat(depth)
      : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
  },
  '@raw:infinite': () => '1e999',
  '@raw:digits': (random) => `${random.chance(0.5) ? '-' : ''}1${'0'.repeat(400)}`,
  '@raw:precise': () => `0.${'1'.repeat(400)}`,
  '@raw:twice': () => '{"a":1,"a":2,"a":{"a":3}}',
};

/** Every place in the payload that holds something. */
function placesIn(value: unknown, found: [Container, string][]): [Container, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Container, key]);
    placesIn((value as Record<string, unknown>)[key], found);
  }
  return found;
}

function put(owner: Container, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Changes one place of the payload, or the payload itself; answers what it has become. */
export function mutate(payload: unknown, random: Random, marker: string): unknown {
  const places = placesIn(payload, []);
  const [owner, key] = places.length === 0 ? [null, ''] : random.of(places);
  if (!owner) {
    const empty: Record<string, unknown> = {};
    put(empty, random.of([...strangeFields, marker]), strangeValue(random));
    return random.chance(0.7) ? empty : strangeValue(random);
  }
  switch (random.under(9)) {
    case 0:
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else delete owner[key];
      break;
    case 1:
      put(owner, key, random.of(Object.keys(rawTexts)));
      break;
    case 2:
      put(
        owner,
        key,
        marker + 'x'.repeat(random.of([0, 10, 60, 300, 2_000, random.chance(0.1) ? 60_000 : 100])),
      );
      break;
    case 3:
      put(owner, Array.isArray(owner) ? String(owner.length) : random.of(strangeFields), marker);
      break;
    case 4:
      put(
        owner,
        key,
        Array.from({ length: random.of([1, 3, 100]) }, () => (owner as Record<string, unknown>)[key]),
      );
      break;
    case 5:
      return random.chance(0.2) ? strangeValue(random) : payload;
    default:
      put(owner, key, strangeValue(random));
  }
  return payload;
}

/** JSON text of the payload, with the raw texts in their places. */
export function textOf(payload: unknown, random: Random): string {
  const text = JSON.stringify(payload) ?? 'null';
  return text.replaceAll(/"(@raw:[a-z]+)"/g, (whole, name: string) => rawTexts[name]?.(random) ?? whole);
}
