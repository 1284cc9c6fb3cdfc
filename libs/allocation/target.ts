import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { phases } from '#libs/units/phases.js';
import { outcome } from './allocation.js';
import { allocate } from './allocate.js';
import { computeCapacity, isUnderSilentMeter } from './capacity.js';
import { addCommittedLoad } from './committed-load.js';
import { nodeOfConstraint } from './compile.js';
import type { ConnectorState } from './connector-state.js';
import { noteDepartures } from './laxity.js';
import { shareSun, sunCeiling_A } from './modes/solar.js';
import { waitsUntil } from './modes/wait-bound.js';
import { orderConnectors } from './order.js';
import { choosePhases } from './phase-choice.js';
import { armedSlots, isProving } from './phase-switch.js';
import { ceilToStep } from './quantise.js';
import type { Reason, ReasonSource } from './reason.js';
import type { SiteState } from './site-state.js';

/** Slots rotate the quantisation remainder this often; in between constant input gives constant output (I9). */
const rotationPeriod_ms = 15 * 60_000;

/** Writes the target of every connector at `now` into `state.allocation`. */
export function computeTargets(state: SiteState, now: EpochMilliseconds): void {
  const { site, allocation } = state;
  computeCapacity(state, now);
  shareSun(state, now);
  allocation.fixed_A.fill(0);
  for (const connector of state.connectors) {
    const { index } = connector;
    const controllable = connector.connected && connector.usable && connector.transactionId !== null;
    allocation.wants[index] = controllable ? 1 : 0;
    const { changingTo } = connector.phases;
    allocation.slots[index] =
      changingTo === null ? connector.slots : armedSlots(site, index, connector.phases, changingTo);
    allocation.held[index] = Number(chargesAlready(state, connector, now));
    allocation.maximum_A[index] = maximum_A(state, connector, now);
    if (!controllable) addCommittedLoad(site, allocation.fixed_A, connector, now);
  }
  noteDepartures(state, now);
  orderConnectors(state, now);
  const rotation = Math.floor(now / rotationPeriod_ms) % Math.max(1, site.connectorCount);
  choosePhases(state, now, rotation);
  for (const { index, phases } of state.connectors)
    if (site.switches[index] === 1 && isProving(phases, state.policy))
      allocation.maximum_A[index] = Math.min(allocation.maximum_A[index]!, allocation.minimum_A[index]!);
  allocate(allocation, rotation);
  for (const connector of state.connectors) noteTurn(state, connector, now);
}

/** True once the car has had time to follow its first setpoint above 0 A: until then it is still about to start. */
const chargesAlready = (state: SiteState, connector: ConnectorState, now: EpochMilliseconds): boolean =>
  connector.allowedSince !== null && now - connector.allowedSince >= state.policy.reaction;

/** The lowest of all ceilings of a connector, 0 when it may not charge at all. */
function maximum_A(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): number {
  const wired = state.site.topology.connectors[connector.index]!;
  const step_A = state.site.topology.step_A;
  if (connector.settings.pausedBy !== null && !connector.settings.boosted) return 0;
  const sun_A = sunCeiling_A(state, connector);
  if (sun_A === 0) return 0;
  if (isUnderSilentMeter(state, connector, now)) return Math.min(sun_A, state.fallback_A[connector.index]!);
  // A car that draws nothing keeps a warm slot at its minimum, so that it can show that it wants more.
  if (connector.slots === 0) return wired.minimum_A;
  let maximum = Math.min(sun_A, wired.maximum_A);
  if (connector.settings.personMaximum_A !== null)
    maximum = Math.min(maximum, connector.settings.personMaximum_A);
  // Rounded down, the room left to grow could be so small that the car looked limited, and the lesson was forgotten (I9).
  if (connector.learntMaximum_A !== null) {
    maximum = Math.min(maximum, Math.max(wired.minimum_A, ceilToStep(connector.learntMaximum_A, step_A)));
  }
  return maximum;
}

function noteTurn(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): void {
  const result = state.allocation.outcome[connector.index];
  if (result === outcome.waiting) {
    connector.waitingSince ??= now;
    connector.admittedSince = null;
  } else if (result === outcome.idle) {
    connector.waitingSince = null;
    connector.admittedSince = null;
  } else {
    connector.admittedSince ??= now;
    connector.waitingSince = null;
  }
}

/** Whose limit it is that is tighter than the fuse at (node, line); null when none is. */
function limitBeneathFuse(state: SiteState, at: number): ReasonSource | null {
  const { site, nodeLimits } = state;
  if (at >= site.fuse_A.length) return null;
  const tighter = nodeLimits.limit_A[at]! < site.fuse_A[at]! - site.topology.margin_A;
  return tighter ? nodeLimits.source[at]! : null;
}

const plain = (code: Reason['code'], source: Reason['source']): Reason => ({
  code,
  nodeId: null,
  phase: null,
  source,
});

/** What limits a connector according to the allocation just computed. */
export function reasonOf(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): Reason {
  const { allocation, site } = state;
  const { index } = connector;
  const wired = site.topology.connectors[index]!;
  if (connector.transactionId === null) return plain('not-charging', 'car');
  const { pausedBy, pausedUntil, boosted, personMaximum_A } = connector.settings;
  if (pausedBy !== null && !boosted)
    return { ...plain(pausedBy, pausedBy === 'goal' ? 'person' : pausedBy), until: pausedUntil };
  const sun_A = sunCeiling_A(state, connector);
  if (sun_A === 0) return plain('solar', 'sun');
  if (isUnderSilentMeter(state, connector, now)) return plain('meter-silent', 'meter');
  const full = allocation.constraint[index]!;
  if (full >= 0) {
    const waiting = allocation.outcome[index] === outcome.waiting;
    const agreed = limitBeneathFuse(state, full);
    return {
      code: waiting ? 'waiting-for-capacity' : agreed ? 'node-limited' : 'node-full',
      nodeId: site.nodeIds[nodeOfConstraint(site, full)] ?? null,
      phase: phases[full % 3] ?? null,
      source: agreed ?? 'fuse',
      until: waiting ? waitsUntil(state, connector, now) : agreed ? state.nodeLimits.until[full]! : null,
    };
  }
  const maximum = allocation.maximum_A[index]!;
  if (maximum === sun_A) return plain('solar', 'sun');
  if (maximum === wired.maximum_A) return plain('charger-maximum', 'charger');
  if (maximum === personMaximum_A) return plain('person-maximum', 'person');
  return plain('car-maximum', 'car');
}
