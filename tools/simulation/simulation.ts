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
  readonly onSite: (site: number, figures: Figures) => void;
}

export interface SimulationOutcome {
  readonly figures: Figures;
  readonly kinds: Readonly<Record<SiteKind, number>>;
  readonly digest: string;
  readonly violations: readonly (NonNullable<SiteOutcome['violation']> & { readonly site: number })[];
}

export const honestParts: Parts = { createActor: createRealActor, answerOf: (outcome) => outcome };

/** Runs site after site; each stops at its first violation. The same options give the same outcome bit by bit. */
export function simulate(options: SimulationOptions): SimulationOutcome {
  const { seed, sites, hours, rates, parts, firstSite, onSite } = options;
  const total = noFigures();
  const kinds: Record<SiteKind, number> = { house: 0, garage: 0, nested: 0, 'line-to-line': 0 };
  const digest = new Digest();
  const violations: SimulationOutcome['violations'][number][] = [];
  for (let number = firstSite; number < firstSite + sites; number++) {
    const siteSeed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    const site = drawSite(new Random(siteSeed ^ 0x5f356495), `site-${number}`);
    kinds[site.kind]++;
    const {
      figures,
      violation,
      digest: ofSite,
    } = new SiteSimulation(`site-${number}`, site, siteSeed, rates, parts).run(hours);
    addFigures(total, figures);
    digest.addText(ofSite);
    if (violation) violations.push({ ...violation, site: number });
    onSite(number, total);
  }
  return { figures: total, kinds, digest: digest.toString(), violations };
}
