import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { createRealActor, type Actor, type CreateActor } from './allocator-host.js';
import { defaultRates, faultNames, scaledRates, type FaultRates } from './faults.js';
import { reportText, summarise } from './report.js';
import { honestParts, simulate, type SimulationOptions, type SimulationOutcome } from './simulation.js';

const run = (options: Partial<SimulationOptions>): SimulationOutcome =>
  simulate({
    seed: 1,
    sites: 1,
    hours: 1,
    rates: defaultRates,
    parts: honestParts,
    firstSite: 0,
    onSite: () => undefined,
    ...options,
  });

const text = (outcome: SimulationOutcome, seed: number, sites: number, hours: number, rates: FaultRates) =>
  reportText(summarise(outcome, { seed, sites, hours, rates }));

const rulesBroken = (outcome: SimulationOutcome) => new Set(outcome.violations.map(({ rule }) => rule));

/** Passes everything on to the real actor, except what a test breaks. */
const wrapped =
  (breakIt: (actor: Actor) => Partial<Actor>): CreateActor =>
  (record, epoch, now) => {
    const actor = createRealActor(record, epoch, now, null);
    return {
      state: actor.state,
      take: (observation) => actor.take(observation),
      confirmedDefault: (observation) => actor.confirmedDefault(observation),
      decide: (at) => actor.decide(at),
      ...breakIt(actor),
    };
  };

describe('simulation', () => {
  it('plays the same run again from the same seed, and another from another', () => {
    const options = { seed: 11, sites: 3, hours: 1, rates: scaledRates(defaultRates, 3) };
    const first = run(options);
    expect(run(options)).toEqual(first);
    expect(run({ ...options, seed: 12 }).digest).not.toBe(first.digest);
  });

  it('I1, I11, I12, I13: no second outside the no-trip curve and no setpoint above its commitment, under every fault', () => {
    const rates = scaledRates(defaultRates, 2);
    const outcome = run({ seed: 21, sites: 14, hours: 4, rates });
    const { figures } = outcome;
    expect(text(outcome, 21, 14, 4, rates)).not.toContain('violated');
    expect(figures.outsideNoTripCurve_s).toBe(0);
    expect(figures.i1Violations).toBe(0);
    // It was a test: every fault happened, fuses were full, cars charged.
    expect(faultNames.filter((fault) => figures.faults[fault] === 0)).toEqual([]);
    expect(figures.overFuse_s).toBeGreaterThan(0);
    expect(figures.delivered_Wh).toBeGreaterThan(0.5 * figures.clairvoyant_Wh);
  }, 240_000);

  it('gives the same outcome whatever the number of threads is', () => {
    const summaryOf = (workers: number): unknown =>
      JSON.parse(
        execFileSync(
          process.execPath,
          [
            '--no-warnings',
            'dist/tools/simulation/main.js',
            '--seed',
            '61',
            '--sites',
            '6',
            '--hours',
            '0.5',
            '--json',
            '--workers',
            String(workers),
          ],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
        ),
      );
    expect(summaryOf(3)).toEqual(summaryOf(1));
  }, 120_000);

  describe('finds what is broken on purpose', () => {
    it('I10: an allocator that forgets when it last changed the phases', () => {
      const outcome = run({
        seed: 71,
        // Several streets: what one car draws decides whether a site switches at all.
        firstSite: 25,
        sites: 13,
        hours: 3,
        rates: scaledRates(defaultRates, 0),
        parts: {
          ...honestParts,
          createActor: wrapped((actor) => ({
            decide: (now) => {
              for (const { phases } of actor.state.connectors)
                Object.assign(phases, { changedAt: epochMilliseconds(0), inSession: 0 });
              return actor.decide(now);
            },
          })),
        },
      });
      expect(rulesBroken(outcome)).toContain('I10');
    }, 240_000);

    it('I1: an edge that says "accepted" for setpoints that never arrived', () => {
      const outcome = run({
        seed: 31,
        firstSite: 1,
        hours: 1,
        rates: { ...scaledRates(defaultRates, 0), 'call-lost': 0.1 },
        parts: {
          ...honestParts,
          answerOf: (answer) => (answer === 'unknown' ? 'accepted' : answer),
        },
      });
      expect(rulesBroken(outcome)).toContain('I1');
      const report = text(outcome, 31, 1, 1, defaultRates);
      expect(report).toMatch(/I1 violated: seed 31, site \d+, at \d+ s/);
      expect(report).toContain('The last 50 messages');
    });

    it('I12: an allocator that takes a silent meter for a constant one', () => {
      const outcome = run({
        seed: 41,
        hours: 2,
        firstSite: 5,
        rates: { ...scaledRates(defaultRates, 0), 'zen-dead': 4 },
        parts: {
          ...honestParts,
          createActor: wrapped((actor) => ({
            decide: (now) => {
              for (const meter of actor.state.meters)
                if (meter && meter.lastFrameAt !== null) meter.lastFrameAt = epochMilliseconds(now);
              return actor.decide(now);
            },
          })),
        },
      });
      expect(rulesBroken(outcome)).toContain('no-trip');
    });

    it('I13: an allocator that reads its meter as zero', () => {
      const outcome = run({
        seed: 51,
        hours: 3,
        firstSite: 6,
        rates: scaledRates(defaultRates, 0),
        parts: {
          ...honestParts,
          createActor: wrapped((actor) => ({
            take: (observation) =>
              actor.take(
                observation.event.type === 'balancer-reading'
                  ? { ...observation, event: { ...observation.event, current_A: [0, 0, 0] } }
                  : observation,
              ),
          })),
        },
      });
      expect(rulesBroken(outcome)).toContain('no-trip');
    });
  });
});
