/** Settings by key. A value that is itself a plain object (one per connector, or of one device kind) is merged, not replaced. */
export type Settings = Readonly<Record<string, unknown>>;

/** Who wished a key, and by what right; asked again when the device takes it (NB-86). */
export interface WishedBy {
  readonly personId: string;
  /** The entitlement that allowed it, as in a command. */
  readonly entitlement: string;
}

export interface Wish {
  /** The version of the desired side that brought it. */
  readonly version: number;
  readonly at: number;
  /** Null: the house itself, or the car. */
  readonly by: WishedBy | null;
}

/** Why a wish is not what the device does. */
export interface Refusal {
  /** Of the wish it is about; a newer wish is open again. */
  readonly version: number;
  readonly at: number;
  /** `declined` by the device; `right-ended`: who wished it may no longer, and the wish is gone. */
  readonly code: 'declined' | 'right-ended';
  /** One sentence for people. */
  readonly reason: string;
}

/** What people want of a device and what it says of itself. Times are milliseconds since the epoch. Plain JSON. */
export interface Twin {
  readonly desired: Settings;
  /** Rises with every change of the desired side; 0: never wished anything. */
  readonly desiredVersion: number;
  readonly wishes: Readonly<Record<string, Wish>>;
  readonly refusals: Readonly<Record<string, Refusal>>;
  readonly reported: Settings;
  readonly reportedVersion: number;
  /** When the device said so, by key: an older word never replaces a newer one. */
  readonly reportedAt: Readonly<Record<string, number>>;
}

export const emptyTwin: Twin = {
  desired: {},
  desiredVersion: 0,
  wishes: {},
  refusals: {},
  reported: {},
  reportedVersion: 0,
  reportedAt: {},
};

/** Wishes the keys of `patch`; a null takes a wish back. Every call is a new version. */
export function desire(twin: Twin, patch: Settings, at: number, by: WishedBy | null): Twin {
  const version = twin.desiredVersion + 1;
  const keys = Object.keys(patch);
  const kept = keys.filter((key) => patch[key] !== null);
  return {
    ...twin,
    desired: merged(twin.desired, patch),
    desiredVersion: version,
    wishes: {
      ...without(twin.wishes, keys),
      ...Object.fromEntries(kept.map((key) => [key, { version, at, by }])),
    },
    refusals: without(twin.refusals, keys),
  };
}

/** Notes what the device says at `at`; null means it has none. The same object when nothing changed. */
export function report(twin: Twin, patch: Settings, at: number): Twin {
  const newer = Object.keys(patch).filter((key) => (twin.reportedAt[key] ?? -Infinity) <= at);
  const told = Object.fromEntries(newer.map((key) => [key, patch[key]]));
  const reported = merged(twin.reported, told);
  const changed = !same(reported, twin.reported);
  if (!changed && newer.every((key) => twin.reportedAt[key] === at)) return twin;
  // What it does is what was wished: however it came to it, nothing is refused any more.
  const reached = newer.filter((key) => same(reported[key], twin.desired[key]));
  return {
    ...twin,
    reported,
    reportedVersion: twin.reportedVersion + (changed ? 1 : 0),
    reportedAt: { ...twin.reportedAt, ...Object.fromEntries(newer.map((key) => [key, at])) },
    refusals: without(twin.refusals, reached),
  };
}

/** The device declined these values; a wish that was changed meanwhile is not concerned. */
export function decline(twin: Twin, values: Settings, at: number, reason: string): Twin {
  const concerned = Object.keys(values).filter(
    (key) =>
      key in twin.desired && same(merged(twin.desired, { [key]: values[key] })[key], twin.desired[key]),
  );
  if (concerned.length === 0) return twin;
  return { ...twin, refusals: { ...twin.refusals, ...refusalsOf(twin, concerned, 'declined', at, reason) } };
}

/** Who wished these keys may no longer: the wishes end, and the twin says so. Keys wished anew since `version` stay. */
export function dropWishes(
  twin: Twin,
  keys: readonly string[],
  version: number,
  at: number,
  reason: string,
): Twin {
  const concerned = keys.filter((key) => key in twin.desired && versionOf(twin, key) <= version);
  if (concerned.length === 0) return twin;
  return {
    ...twin,
    desired: without(twin.desired, concerned),
    desiredVersion: twin.desiredVersion + 1,
    wishes: without(twin.wishes, concerned),
    refusals: { ...twin.refusals, ...refusalsOf(twin, concerned, 'right-ended', at, reason) },
  };
}

/** Takes back what this version wished and nobody has wished anew. The same object when that is nothing. */
export function withdraw(twin: Twin, version: number, at: number): Twin {
  const keys = Object.keys(twin.wishes).filter((key) => twin.wishes[key]?.version === version);
  return keys.length === 0
    ? twin
    : desire(twin, Object.fromEntries(keys.map((key) => [key, null])), at, null);
}

export type KeyState = 'in-step' | 'waiting' | 'declined' | 'right-ended';

/** How a key the device keeps stands. */
export function keyState(twin: Twin, key: string): KeyState {
  const refusal = twin.refusals[key];
  if (refusal && (refusal.code === 'right-ended' || refusal.version === versionOf(twin, key)))
    return refusal.code;
  if (!(key in twin.desired)) return 'in-step';
  return covers(twin.reported[key], twin.desired[key]) ? 'in-step' : 'waiting';
}

/** What is wished of these keys and not what the device last said. */
export const delta = (twin: Twin, keys: readonly string[]): Settings =>
  Object.fromEntries(
    keys
      .filter((key) => key in twin.desired && !covers(twin.reported[key], twin.desired[key]))
      .map((key) => [key, twin.desired[key]]),
  );

export const versionOf = (twin: Twin, key: string): number => twin.wishes[key]?.version ?? 0;

const isPlain = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a person wishes of a session (a goal with its number) is one value; settings of a kind or by connector are many. */
const isMany = (key: string): boolean => key === 'balancer' || key === 'hub' || key === 'phaseRotation';

function merged(into: Settings, patch: Settings): Settings {
  const result: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (isMany(key) && isPlain(before) && isPlain(value)) result[key] = merged(before, value);
    else result[key] = value;
  }
  return result;
}

/** A device may say more of itself than was wished, inside a value of many too. */
const covers = (reported: unknown, desired: unknown): boolean =>
  isPlain(reported) && isPlain(desired)
    ? Object.keys(desired).every((key) => covers(reported[key], desired[key]))
    : same(reported, desired);

const without = <Value>(
  record: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Record<string, Value> => Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

const refusalsOf = (
  twin: Twin,
  keys: readonly string[],
  code: Refusal['code'],
  at: number,
  reason: string,
): Record<string, Refusal> =>
  Object.fromEntries(keys.map((key) => [key, { version: versionOf(twin, key), at, code, reason }]));

/** Of JSON values; the order of keys says nothing. */
function same(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((each, index) => same(each, right[index]));
  if (isPlain(left) && isPlain(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => key in right && same(left[key], right[key]))
    );
  }
  return left === right;
}
