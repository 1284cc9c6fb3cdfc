import type { Decision } from '#libs/allocation/decision.js';
import { noFaults, type FaultCounts } from './faults.js';

/** What a simulation measured; sums over sites add up. */
export interface Figures {
  sites: number;
  site_s: number;
  plugged_s: number;
  /** Site-seconds outside the breaker's no-trip curve, on any node and line. */
  outsideNoTripCurve_s: number;
  /** The same, where a charger followed a lease too long because its clock was behind: not claimed. */
  outsideUnclaimed_s: number;
  /** The same, while the site's description still had a wrong rotation: not claimed. */
  outsideBeforeMend_s: number;
  overFuse_s: number;
  over113_s: number;
  worstRatio: number;
  /** How near the worst pole came to the edge of the no-trip curve; 1 is the edge. */
  worstDamage: number;
  /** Charger-seconds in which the true setpoint was above what the allocator counts. */
  i1Violations: number;
  /** The same, explained by a charger clock that is behind. */
  i1Unclaimed: number;
  /** Charger-seconds of a transaction that the allocator does not know (yet): the charger is offline, or word is under way. */
  unseen_s: number;
  starts: number;
  pauses: number;
  /** How often a charger's relay changed the number of lines. */
  phaseSwitches: number;
  /** Changes of phases by the allocator's choice that came too soon or too often (I10). */
  i10Violations: number;
  /** Car-seconds on one line at a charger that switches. */
  onOneLine_s: number;
  limits: Record<Decision['kind'], number>;
  delivered_Wh: number;
  clairvoyant_Wh: number;
  faults: FaultCounts;
}

export const noFigures = (): Figures => ({
  sites: 0,
  site_s: 0,
  plugged_s: 0,
  outsideNoTripCurve_s: 0,
  outsideUnclaimed_s: 0,
  outsideBeforeMend_s: 0,
  overFuse_s: 0,
  over113_s: 0,
  worstRatio: 0,
  worstDamage: 0,
  i1Violations: 0,
  i1Unclaimed: 0,
  unseen_s: 0,
  starts: 0,
  pauses: 0,
  phaseSwitches: 0,
  i10Violations: 0,
  onOneLine_s: 0,
  limits: { decrease: 0, increase: 0, renewal: 0, fallback: 0 },
  delivered_Wh: 0,
  clairvoyant_Wh: 0,
  faults: noFaults(),
});

const largest = new Set<keyof Figures>(['worstRatio', 'worstDamage']);

/** Adds the figures of one run to a total, in place. */
export function addFigures(total: Figures, more: Figures): void {
  for (const key of Object.keys(total) as (keyof Figures)[]) {
    const own = total[key];
    const other = more[key];
    if (typeof own === 'number' && typeof other === 'number')
      Object.assign(total, { [key]: largest.has(key) ? Math.max(own, other) : own + other });
    else if (typeof own === 'object' && typeof other === 'object') addCounts(own, other);
  }
}

function addCounts(total: object, more: object): void {
  const counts = total as Record<string, number>;
  for (const [key, count] of Object.entries(more as Record<string, number>))
    counts[key] = (counts[key] ?? 0) + count;
}
