import { describe, expect, it } from '@jest/globals';
import { between, compiled, single, siteTopology } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { outcome } from '../allocation.js';
import { plainSettings } from '../connector-settings.js';
import { defaultPolicy } from '../policy.js';
import { createSiteState } from '../site-state.js';
import type { FuseNode, Transformer, WiredConnector } from '../topology.js';
import { waitsUntil } from './wait-bound.js';

const now = epochMilliseconds(1_700_000_000_000);
const slot_ms = defaultPolicy.minimumOnTime;
const lineOne = 0;

interface Car {
  readonly does: keyof typeof outcome;
  /** For how long it has been admitted, and allowed to draw. */
  readonly admitted_ms?: number;
  readonly allowed_ms?: number;
  readonly full?: number;
  readonly priority?: number;
  readonly boosted?: boolean;
  readonly wired?: Partial<WiredConnector>;
}

interface Place {
  readonly nodes?: readonly FuseNode[];
  readonly transformers?: readonly Transformer[];
}

/** In how many milliseconds the first car is told to have its turn; the order of admission is that of the list from the second on, the first comes last. */
function turnIn(cars: readonly Car[], place: Place = {}): number | null {
  const chargers = cars.map(({ wired }) => ({ wiring: single('L1'), ...wired }));
  const state = createSiteState(
    compiled(siteTopology({ fuse_A: 20, chargers, ...place })),
    now,
    defaultPolicy,
  );
  const ago = (duration_ms: number | undefined) =>
    duration_ms === undefined ? null : epochMilliseconds(now - duration_ms);
  cars.forEach(({ does, admitted_ms, allowed_ms, full, priority, boosted }, index) => {
    state.allocation.outcome[index] = outcome[does];
    state.allocation.constraint[index] = full ?? lineOne;
    const settings = { ...plainSettings, priority: priority ?? 0, boosted: boosted ?? false };
    Object.assign(state.connectors[index]!, {
      settings,
      admittedSince: ago(admitted_ms),
      allowedSince: ago(allowed_ms),
    });
  });
  state.allocation.order.set([...cars.keys()].map((at) => (at + 1) % cars.length));
  const until = waitsUntil(state, state.connectors[0]!, now);
  return until === null ? null : until - now;
}
const waiting: Car = { does: 'waiting' };
/** It charges and has had so much of its slot. */
const charging = (had_ms: number): Car => ({ does: 'limited', admitted_ms: had_ms, allowed_ms: had_ms });

describe('by when a waiting car has its turn (I8)', () => {
  it('I8: at the end of the slot of the one that charges, counted from when it was admitted and could draw', () => {
    expect(turnIn([waiting, charging(100)])).toBe(slot_ms - 100);
    expect(turnIn([waiting, { ...charging(100), allowed_ms: 40 }])).toBe(slot_ms - 40);
    expect(turnIn([waiting, { ...charging(40), allowed_ms: 100 }])).toBe(slot_ms - 40);
    expect(turnIn([waiting, { does: 'atMaximum' }])).toBe(slot_ms);
    expect(turnIn([waiting, charging(slot_ms + 5)])).toBe(0);
  });

  it('I8: each that waits before it takes one place, the earliest first, and then a slot more', () => {
    const places = [charging(100), charging(300), charging(200)];
    expect(turnIn([waiting, ...places])).toBe(slot_ms - 300);
    expect(turnIn([waiting, ...places, waiting])).toBe(slot_ms - 200);
    expect(turnIn([waiting, ...places, waiting, waiting])).toBe(slot_ms - 100);
    expect(turnIn([waiting, ...places, waiting, waiting, waiting])).toBe(2 * slot_ms - 300);
    expect(turnIn([waiting, charging(100), waiting, waiting])).toBe(3 * slot_ms - 100);
  });

  it('one that waits for another line takes no place before it', () => {
    expect(turnIn([waiting, charging(100), { ...waiting, full: 1 }])).toBe(slot_ms - 100);
  });

  it('who does not want to charge, or has a higher rank, frees no place', () => {
    expect(turnIn([waiting, { ...charging(100), does: 'idle' }])).toBeNull();
    expect(turnIn([waiting, { ...charging(100), priority: 1 }])).toBeNull();
    expect(turnIn([waiting, { ...charging(100), wired: { priority: 1 } }])).toBeNull();
    expect(turnIn([waiting, { ...charging(100), boosted: true }])).toBeNull();
    expect(
      turnIn([
        { ...waiting, priority: 1 },
        { ...charging(100), wired: { priority: 1 } },
      ]),
    ).toBe(slot_ms - 100);
    expect(
      turnIn([
        { ...waiting, boosted: true },
        { ...charging(100), priority: 999 },
      ]),
    ).toBe(slot_ms - 100);
  });

  it('who does not load the full line frees no place on it', () => {
    expect(turnIn([waiting, { ...charging(100), wired: { wiring: single('L2') } }])).toBeNull();
    const onTwo: Car = { ...charging(100), wired: { wiring: single('L2') } };
    expect(turnIn([{ ...waiting, full: 1 }, onTwo, charging(300)])).toBe(slot_ms - 100);
  });

  it('nor who hangs beneath another node', () => {
    const sub = (nodeId: string): FuseNode => ({
      nodeId,
      parentId: 'grid',
      name: nodeId,
      fuse_A: [10, 10, 10],
      meterDeviceId: null,
    });
    const nodes = [sub('left'), sub('right')];
    const inLeft = { nodeId: 'left' };
    // The full line is L1 of "left", the second node.
    const leftFull: Car = { ...waiting, full: 3, wired: inLeft };
    expect(turnIn([leftFull, { ...charging(100), wired: { nodeId: 'right' } }], { nodes })).toBeNull();
    expect(turnIn([leftFull, { ...charging(100), wired: inLeft }], { nodes })).toBe(slot_ms - 100);
    expect(turnIn([leftFull, charging(100)], { nodes })).toBeNull();
  });

  it('on the primary of a transformer every load beneath it counts, whatever its lines', () => {
    const transformers = [{ nodeId: 'grid', ratio: 4, fuse_A: [10, 10, 10] as const }];
    const beneath = { wired: { wiring: between('L1-L2') } };
    // Three lines of one node, then three primary lines: the last of them is full, which L1-L2 does not load.
    const full: Car = { ...waiting, ...beneath, full: 5 };
    expect(turnIn([full, { ...charging(100), ...beneath }], { transformers })).toBe(slot_ms - 100);
    expect(
      turnIn(
        [
          { ...full, full: 2 },
          { ...charging(100), ...beneath },
        ],
        { transformers },
      ),
    ).toBeNull();
    expect(
      turnIn(
        [
          { ...full, full: 3 },
          { ...charging(100), ...beneath },
        ],
        { transformers },
      ),
    ).toBe(slot_ms - 100);
    const onOthers = { wired: { wiring: between('L2-L3') } };
    const first: Car = { ...waiting, ...onOthers, full: 3 };
    expect(turnIn([first, { ...charging(100), ...onOthers }], { transformers })).toBe(slot_ms - 100);
  });
});
