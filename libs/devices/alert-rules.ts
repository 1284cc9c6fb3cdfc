/** What may be wrong with a device for long enough that somebody should be told. */
export const alertTypes = [
  'offline',
  'fault',
  'hub-alarm',
  'fuse-near-limit',
  'reversed-transformer',
  'limit-ignored',
  'firmware-failed',
] as const;
export type AlertType = (typeof alertTypes)[number];
export const isAlertType = (text: string): text is AlertType =>
  (alertTypes as readonly string[]).includes(text);

export interface AlertRule {
  readonly enabled: boolean;
  /** How long the condition must hold before anybody is told. */
  readonly after_s: number;
  /** How long it must be over before the alert clears. */
  readonly clearAfter_s: number;
  /** `fuse-near-limit`: percent of the main fuse on any line; null elsewhere. */
  readonly threshold_percent: number | null;
  /** Whether it is mailed to the owner and the administrators of the installing organisation (NB-97). */
  readonly mail: boolean;
}
export type AlertRules = Readonly<Record<AlertType, AlertRule>>;

const usual: AlertRule = { enabled: true, after_s: 0, clearAfter_s: 0, threshold_percent: null, mail: true };

/** What every location has while nobody said otherwise. */
export const defaultAlertRules: AlertRules = {
  // A router that restarts is back within minutes.
  offline: { ...usual, after_s: 900, mail: false },
  // Some chargers report a fault while a cable is pulled, and take it back at once.
  fault: { ...usual, after_s: 10, clearAfter_s: 30 },
  'hub-alarm': usual,
  'fuse-near-limit': { ...usual, after_s: 300, clearAfter_s: 60, threshold_percent: 95, mail: false },
  'reversed-transformer': { ...usual, after_s: 600, clearAfter_s: 600 },
  'limit-ignored': { ...usual, mail: false },
  'firmware-failed': { ...usual, mail: false },
};

/** Something that is so now. Plain JSON. */
export interface Condition {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly detail: Readonly<Record<string, string | number | null>>;
}
export type Conditions = Readonly<Partial<Record<AlertType, Condition>>>;

/** An alert that was raised and not cleared. */
export interface OpenAlert {
  readonly type: AlertType;
  /** When its condition was found to be over; null while it holds. */
  readonly goneSince: number | null;
}

export interface Judgement {
  readonly raise: readonly AlertType[];
  readonly clear: readonly AlertType[];
  /** Open ones whose condition ended or came back just now. */
  readonly changed: readonly OpenAlert[];
  /** When to look again although nothing happens; null: no need. */
  readonly lookAgainAt: number | null;
}

/**
 * What becomes of a device's alerts. Of each type at most one is open, whatever comes and goes in between; an
 * acknowledged one is open too and is never raised again. Looking again at the same facts changes nothing.
 */
export function judge(
  conditions: Conditions,
  open: readonly OpenAlert[],
  rules: AlertRules,
  now: number,
): Judgement {
  const raise: AlertType[] = [];
  const clear: AlertType[] = [];
  const changed: OpenAlert[] = [];
  const looks: number[] = [];
  for (const type of alertTypes) {
    const rule = rules[type];
    const condition = rule.enabled ? conditions[type] : undefined;
    const alert = open.find((each) => each.type === type);
    if (!alert) {
      if (!condition) continue;
      const due = condition.since + rule.after_s * 1_000;
      if (due <= now) raise.push(type);
      else looks.push(due);
    } else if (condition) {
      if (alert.goneSince !== null) changed.push({ type, goneSince: null });
    } else {
      const goneSince = alert.goneSince ?? now;
      const due = goneSince + rule.clearAfter_s * 1_000;
      if (!rule.enabled || due <= now) clear.push(type);
      else {
        looks.push(due);
        if (alert.goneSince === null) changed.push({ type, goneSince });
      }
    }
  }
  return { raise, clear, changed, lookAgainAt: looks.length > 0 ? Math.min(...looks) : null };
}
