import { Random } from '#firmware-sim/physics/random.js';
import { createRealActor } from './allocator-host.js';
import { Digest } from './digest.js';
import type { FaultRates } from './faults.js';
import { addFigures, noFigures, type Figures } from './figures.js';
import { drawSite, type SiteKind } from './random-site.js';
import { SiteSimulation, type Parts, type SiteOutcome } from './site-simulation.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly sites: number;
  /** Simulated hours of each site. */
  readonly hours: number;
  readonly rates: FaultRates;
  readonly parts: Parts;
  /** The first site to run; the ones before it are skipped. Each site depends on the seed and its own number only. */
  readonly firstSite: number;
  readonly onSite: (result: SiteResult) => void;
}

export interface SimulationOutcome {
  readonly figures: Figures;
  readonly kinds: Readonly<Record<SiteKind, number>>;
  readonly digest: string;
  readonly violations: readonly (NonNullable<SiteOutcome['violation']> & { readonly site: number })[];
}

export const honestParts: Parts = { createActor: createRealActor, answerOf: (outcome) => outcome };

/** What came of one site: plain data, so that it can come from another thread. */
export interface SiteResult extends SiteOutcome {
  readonly number: number;
  readonly kind: SiteKind;
}

/** Runs one site until its first violation. It depends on the seed and its own number only. */
export function simulateSite(
  number: number,
  { seed, hours, rates, parts }: Pick<SimulationOptions, 'seed' | 'hours' | 'rates' | 'parts'>,
): SiteResult {
  const siteSeed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
  const site = drawSite(new Random(siteSeed ^ 0x5f356495), `site-${number}`);
  const outcome = new SiteSimulation(`site-${number}`, site, siteSeed, rates, parts).run(hours);
  return { number, kind: site.kind, ...outcome };
}

/** Adds up sites in the order of their numbers, whoever ran them and whenever they were done. */
export function combine(results: readonly SiteResult[]): SimulationOutcome {
  const total = noFigures();
  const kinds: Record<SiteKind, number> = { house: 0, garage: 0, nested: 0, 'line-to-line': 0 };
  const digest = new Digest();
  const violations: SimulationOutcome['violations'][number][] = [];
  for (const { number, kind, figures, violation, digest: ofSite } of results.toSorted(
    (a, b) => a.number - b.number,
  )) {
    kinds[kind]++;
    addFigures(total, figures);
    digest.addText(ofSite);
    if (violation) violations.push({ ...violation, site: number });
  }
  return { figures: total, kinds, digest: digest.toString(), violations };
}

/** Runs site after site in this thread. The same options give the same outcome bit by bit. */
export function simulate(options: SimulationOptions): SimulationOutcome {
  const { sites, firstSite, onSite } = options;
  const results: SiteResult[] = [];
  for (let number = firstSite; number < firstSite + sites; number++) {
    const result = simulateSite(number, options);
    results.push(result);
    onSite(result);
  }
  return combine(results);
}
