import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { compiled } from '#libs/testing/site-builder.js';
import { topologies } from '#libs/testing/site-arbitrary.js';
import { SwitchingWorld, type WorldStep } from '#libs/testing/switching-world.js';
import { connectorKey, type CompiledSite } from './compile.js';
import { decide } from './decide.js';
import { observe } from './observe.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame } from './site-state.js';
import type { SiteTopology } from './topology.js';

const fate = fc.constantFrom(
  'obeyed' as const,
  'obeyed' as const,
  'obeyed' as const,
  'obeyed' as const,
  'answered late' as const,
  'answer lost' as const,
  'never arrived' as const,
  'lost, as undelivered' as const,
  'rejected' as const,
  'answered twice' as const,
);

const step: fc.Arbitrary<WorldStep> = fc.record({
  wait_s: fc.constantFrom(1, 1, 1, 2, 5, 8, 20, 45, 70),
  base_A: fc.tuple(fc.nat(15), fc.nat(40), fc.nat(30)),
  meter: fc.constantFrom(true, true, true, false),
  fates: fc.array(fate, { minLength: 6, maxLength: 6 }),
  event: fc.constantFrom(
    'none' as const,
    'none' as const,
    'none' as const,
    'sample' as const,
    'sample' as const,
    'sample' as const,
    'new car' as const,
    'disconnect' as const,
    'connect' as const,
    'restart' as const,
    'forced' as const,
  ),
  who: fc.nat(11),
});

const histories = fc.array(step, { minLength: 20, maxLength: 80 });

/** Small fuses, so that three lines often do not fit, and every three-phase charger switches. */
const switching: fc.Arbitrary<SiteTopology> = topologies.map((topology) => ({
  ...topology,
  nodes: topology.nodes.map((node) => ({
    ...node,
    fuse_A: node.fuse_A.map((each) => Math.min(each, 40)) as unknown as typeof node.fuse_A,
  })),
  connectors: topology.connectors.slice(0, 4).map((connector) => ({ ...connector, switchesPhases: true })),
}));

describe('changing the number of lines, under lost, late, doubled answers, restarts and standing defaults', () => {
  it('I1 counts on every line what is truly in force, and changes lines only through 0 A with time to follow', () => {
    let onOne = 0;
    let changes = 0;
    fc.assert(
      fc.property(switching, histories, (topology, steps) => {
        const world = new SwitchingWorld(topology);
        for (const each of steps) {
          world.play(each);
          world.chargers.forEach((charger, index) => {
            const { commitment, phases, transactionId } = world.connector(index);
            if (transactionId !== charger.transactionId) return;
            const { current_A, lines } = charger.inForce(world.now);
            if (lines === 1 && current_A > 0) onOne++;
            expect(commitment.largest_A(world.now)).toBeGreaterThanOrEqual(current_A - 1e-6);
            if (lines === 3)
              expect(commitment.largestOnAll_A(world.now)).toBeGreaterThanOrEqual(current_A - 1e-6);
            // Where it charges on other lines than we believe, nothing learnt of a car releases any.
            if (world.site.switches[index] === 0 || lines === phases.lines) return;
            const committed = world.committedOf(index);
            for (let terminal = 0; terminal < lines; terminal++)
              expect(committed[world.site.terminalSlot[index * 3 + terminal]!]!).toBeGreaterThanOrEqual(
                current_A - 1e-6,
              );
          });
        }
        for (const { askedToChange } of world.chargers) {
          changes += askedToChange.length;
          for (const { off_ms, from_A } of askedToChange)
            expect({ enough: off_ms >= defaultPolicy.reaction, from_A }).toEqual({ enough: true, from_A: 0 });
        }
      }),
      { numRuns: propertyRuns(100), interruptAfterTimeLimit: 60_000 },
    );
    expect(onOne).toBeGreaterThan(100);
    expect(changes).toBeGreaterThan(10);
  });

  it('I10 keeps the dwell time and both budgets between changes by choice', () => {
    let changes = 0;
    fc.assert(
      fc.property(switching, fc.array(step, { minLength: 60, maxLength: 120 }), (topology, steps) => {
        const world = new SwitchingWorld(topology);
        // Nobody insists on a number of lines, and the allocator lives through: all changes are its own choice.
        for (const each of steps)
          if (each.event !== 'forced' && each.event !== 'restart')
            world.play({ ...each, wait_s: each.wait_s * 3 });
        for (const begun of world.changesBegun) {
          changes += begun.length;
          begun.forEach(({ at, session }, number) => {
            const inSession = begun.filter((other) => other.session === session);
            expect(inSession.length).toBeLessThanOrEqual(defaultPolicy.phaseChangesPerSession);
            const hour = begun.filter((other) => other.at <= at && at - other.at < 3_600_000);
            expect(hour.length).toBeLessThanOrEqual(defaultPolicy.phaseChangesPerHour);
            const before = begun[number - 1];
            if (before?.session === session)
              expect(at - before.at).toBeGreaterThanOrEqual(defaultPolicy.phaseDwell);
          });
        }
      }),
      { numRuns: propertyRuns(60) },
    );
    expect(changes).toBeGreaterThan(10);
  });

  it.each([
    ['rotated', [1, 2, 0]],
    ['exchanged', [1, 0, 2]],
    ['reversed', [2, 1, 0]],
  ] as const)('I6 sends the same when the lines of the whole site are %s', (_, lines) => {
    let onOne = 0;
    fc.assert(
      fc.property(
        switching,
        fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)), { minLength: 10, maxLength: 40 }),
        (topology, bases) => {
          const plain = transcript(topology, bases);
          onOne += plain.filter((line) => line.includes('on 1')).length;
          const moved = bases.map((base) => {
            const after: [number, number, number] = [0, 0, 0];
            base.forEach((each, line) => (after[lines[line]!] = each));
            return after;
          });
          expect(transcript(relabelled(topology, lines), moved)).toEqual(plain);
        },
      ),
      { numRuns: propertyRuns(40) },
    );
    expect(onOne).toBeGreaterThan(0);
  });
});

/** Everything that is sent while the base load goes through `bases`, half a minute each, to chargers that obey at once. */
function transcript(
  topology: SiteTopology,
  bases: readonly (readonly [number, number, number])[],
): readonly string[] {
  const site: CompiledSite = compiled(topology);
  let now = 1_700_000_000_000 as Parameters<typeof decide>[1];
  const state = createSiteState(site, now, defaultPolicy);
  const sent: string[] = [];
  let ids = 0;
  const turn = (): void => {
    for (const each of decide(state, now, () => `limit-${ids++}`)) {
      const key = connectorKey(each.deviceId, each.connector);
      sent.push(`${now} ${key} ${each.current_A} A on ${each.numberPhases} ${each.reason.code}`);
      observe(state, each.index, now, { type: 'answered', limitId: each.limitId, outcome: 'accepted' });
    }
  };
  state.connectors.forEach((_, index) => observe(state, index, now, { type: 'connected' }));
  turn();
  state.connectors.forEach((_, index) =>
    observe(state, index, now, { type: 'started', transactionId: index + 1, resumed: false }),
  );
  for (const base of bases)
    for (let second = 0; second < 30; second++) {
      now = (now + 1_000) as typeof now;
      takeMeterFrame(state, 0, now, base);
      turn();
    }
  return sent;
}

function relabelled(topology: SiteTopology, lines: readonly number[]): SiteTopology {
  const names = ['L1', 'L2', 'L3'] as const;
  const renamed = (name: (typeof names)[number]) => names[lines[names.indexOf(name)]!]!;
  return {
    ...topology,
    nodes: topology.nodes.map((node) => {
      const fuse_A: [number, number, number] = [0, 0, 0];
      node.fuse_A.forEach((each, line) => (fuse_A[lines[line]!] = each));
      return { ...node, fuse_A };
    }),
    connectors: topology.connectors.map((connector) => {
      const { wiring } = connector;
      switch (wiring.kind) {
        case 'single-phase':
          return { ...connector, wiring: { ...wiring, phase: renamed(wiring.phase) } };
        case 'line-to-line': {
          const [one, other] = wiring.lines.split('-').map((name) => renamed(name as 'L1' | 'L2' | 'L3'));
          const pair = pairs.find((each) => each.includes(one!) && each.includes(other!))!;
          return { ...connector, wiring: { ...wiring, lines: pair } };
        }
        case 'three-phase': {
          const [first, second, third] = wiring.rotation;
          const rotation = [renamed(first), renamed(second), renamed(third)] as const;
          return { ...connector, wiring: { ...wiring, rotation } };
        }
      }
    }),
  };
}

const pairs = ['L1-L2', 'L2-L3', 'L3-L1'] as const;
