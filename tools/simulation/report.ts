import type { FaultRates } from './faults.js';
import type { SimulationOutcome } from './simulation.js';

export interface RunDescription {
  readonly seed: number;
  readonly sites: number;
  readonly hours: number;
  readonly rates: FaultRates;
}

/** The figures as people and machines compare them. */
export function summarise({ figures, kinds, digest, violations }: SimulationOutcome, run: RunDescription) {
  const siteHours = figures.site_s / 3_600;
  const carHours = figures.plugged_s / 3_600;
  const perSiteYear = (count: number): number => (siteHours > 0 ? (count * 8_760) / siteHours : 0);
  const perCarHour = (count: number): number => (carHours > 0 ? count / carHours : 0);
  const sent = Object.values(figures.limits).reduce((sum, count) => sum + count, 0);
  return {
    seed: run.seed,
    sites: run.sites,
    hoursPerSite: run.hours,
    kinds,
    digest,
    siteHours,
    carHours,
    outsideNoTripCurve_s: figures.outsideNoTripCurve_s,
    outsideNoTripCurve_s_perSiteYear: perSiteYear(figures.outsideNoTripCurve_s),
    outsideUnclaimed_s: figures.outsideUnclaimed_s,
    outsideBeforeMend_s: figures.outsideBeforeMend_s,
    worstShareOfNoTripCurve: figures.worstDamage,
    worstRatioToFuse: figures.worstRatio,
    aboveFuse_s: figures.overFuse_s,
    above113PercentOfFuse_s: figures.over113_s,
    i1Violations: figures.i1Violations,
    i1Unclaimed_s: figures.i1Unclaimed,
    unseenTransactions_s: figures.unseen_s,
    startsPerCarDay: perCarHour(figures.starts) * 24,
    pausesPerCarDay: perCarHour(figures.pauses) * 24,
    phaseSwitchesPerCarDay: perCarHour(figures.phaseSwitches) * 24,
    i10Violations: figures.i10Violations,
    onOneLineShare: figures.plugged_s > 0 ? figures.onOneLine_s / figures.plugged_s : 0,
    limitsPerCarHour: perCarHour(sent),
    limits: figures.limits,
    delivered_kWh: figures.delivered_Wh / 1_000,
    clairvoyant_kWh: figures.clairvoyant_Wh / 1_000,
    deliveredShare: figures.clairvoyant_Wh > 0 ? figures.delivered_Wh / figures.clairvoyant_Wh : 0,
    faults: figures.faults,
    violations,
  };
}

export type Summary = ReturnType<typeof summarise>;

export function reportText(summary: Summary): string {
  const rows: readonly (readonly [string, string])[] = [
    ['seed, digest', `${summary.seed}, ${summary.digest}`],
    [
      'sites',
      Object.entries(summary.kinds)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', '),
    ],
    ['simulated', `${summary.siteHours.toFixed(1)} site-hours, ${summary.carHours.toFixed(1)} car-hours`],
    [
      'outside the no-trip curve',
      `${summary.outsideNoTripCurve_s} s (${summary.outsideNoTripCurve_s_perSiteYear.toFixed(1)} s per site-year); not claimed: ${summary.outsideUnclaimed_s} s, before a wrong rotation was mended ${summary.outsideBeforeMend_s} s`,
    ],
    [
      'nearest to the curve',
      `${(summary.worstShareOfNoTripCurve * 100).toFixed(1)} % of it; highest current ${summary.worstRatioToFuse.toFixed(2)} x fuse`,
    ],
    ['above the fuse', `${summary.aboveFuse_s} s; above 1.13 x: ${summary.above113PercentOfFuse_s} s`],
    ['I1 violations', `${summary.i1Violations} s; not claimed: ${summary.i1Unclaimed_s} s`],
    ['transactions not seen (yet)', `${summary.unseenTransactions_s} charger-seconds`],
    [
      'per car-day',
      `${summary.startsPerCarDay.toFixed(2)} starts, ${summary.pausesPerCarDay.toFixed(2)} pauses, ${summary.phaseSwitchesPerCarDay.toFixed(2)} phase switches`,
    ],
    [
      'phase switches',
      `I10 violations: ${summary.i10Violations}; on one line by choice or default ${(summary.onOneLineShare * 100).toFixed(1)} % of the car-time`,
    ],
    [
      'limits per car-hour',
      `${summary.limitsPerCarHour.toFixed(1)} (${Object.entries(summary.limits)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', ')})`,
    ],
    [
      'energy',
      `${summary.delivered_kWh.toFixed(1)} kWh, ${(summary.deliveredShare * 100).toFixed(1)} % of the clairvoyant ${summary.clairvoyant_kWh.toFixed(1)} kWh`,
    ],
    [
      'faults',
      Object.entries(summary.faults)
        .map(([fault, count]) => `${count} ${fault}`)
        .join(', '),
    ],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(28)}${value}`);
  const found = summary.violations.flatMap(({ site, rule, at_s, what, messages }) => [
    '',
    `${rule} violated: seed ${summary.seed}, site ${site}, at ${at_s} s: ${what}`,
    `Run it again: npm run simulate -- --seed ${summary.seed} --first-site ${site} --sites 1 --hours ${summary.hoursPerSite}`,
    `The last ${messages.length} messages of the site:`,
    ...messages,
  ]);
  return [...table, ...found].join('\n');
}
