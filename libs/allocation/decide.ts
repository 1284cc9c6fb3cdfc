import { after, type EpochMilliseconds } from '#libs/units/quantities.js';
import { isUnderSilentMeter } from './capacity.js';
import { committedOnLines_A, committedSums_A } from './committed-load.js';
import { rearm, type ConnectorState } from './connector-state.js';
import type { Decision, LimitIds } from './decision.js';
import { addLoad, firstWithoutRoom, tolerance_A } from './load.js';
import { armedSlots, followCommitment, isProving } from './phase-switch.js';
import { floorToStep } from './quantise.js';
import type { Reason } from './reason.js';
import { isOverloaded, type SiteState } from './site-state.js';
import { computeTargets, reasonOf } from './target.js';

/**
 * What to send now: first every decrease, at once (I13); then renewals; then increases, each only as far as what is
 * already committed elsewhere leaves room (I1) and only on a frame that has not been used yet (I12).
 * The messages are committed as they are decided: call it once and send what it answers.
 */
export function decide(state: SiteState, now: EpochMilliseconds, limitIds: LimitIds): readonly Decision[] {
  if (state.site.hasSwitches) followPhases(state, now);
  computeTargets(state, now);
  const mayIncrease = state.freshFrame || state.meters.every((meter) => meter === null);
  state.freshFrame = false;

  const decisions: Decision[] = [];
  let growing = 0;
  state.scratch.grows.fill(0);
  for (const connector of state.connectors) {
    offerFallback(state, connector, now, limitIds, decisions);
    const step = nextStep(state, connector, now);
    if (step === 'none') continue;
    if (step === 'increase') {
      state.scratch.grows[connector.index] = 1;
      growing++;
    } else
      decisions.push(
        send(state, connector, now, limitIds, step, targetOf(state, connector), whyOf(state, connector, now)),
      );
  }
  if (decisions.length > 1) decisions.sort((a, b) => rank[a.kind] - rank[b.kind]);
  if (growing > 0) grow(state, now, limitIds, mayIncrease, decisions);
  return decisions;
}

const rank = { decrease: 0, fallback: 1, renewal: 2, increase: 3 };

/** While the charger changes its phases it is to let go; its room is kept for afterwards. */
const targetOf = (state: SiteState, connector: ConnectorState): number =>
  connector.phases.changingTo === null ? state.allocation.current_A[connector.index]! : 0;

/** Notices what has become of each charger's phases, and sends to 0 A where that is the only way to know. */
function followPhases(state: SiteState, now: EpochMilliseconds): void {
  const { site, policy } = state;
  for (const connector of state.connectors) {
    const { phases, commitment, sample } = connector;
    if (site.switches[connector.index] === 0 || connector.transactionId === null) continue;
    if (followCommitment(phases, commitment, sample, now, policy)) rearm(site, connector);
    if (phases.isKnown || phases.changingTo !== null || isWaitingForEvidence(state, connector, now)) continue;
    phases.changingTo = phases.lines;
  }
}

/**
 * After a restart the number of lines in force is unknown, and a setpoint for another one would make the charger switch
 * under load. A sample will tell soon; until then the car goes on with what it has, which counts on every wired line,
 * unless a fuse does not allow that.
 */
function isWaitingForEvidence(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): boolean {
  const { isKnown, unknownSince } = connector.phases;
  if (isKnown || unknownSince === null || now - unknownSince >= state.policy.phaseEvidence) return false;
  return !isOverloaded(state, connector) && !isUnderSilentMeter(state, connector, now);
}

/** The setpoint the charger follows or is about to follow; null when unknown. */
function reference(connector: ConnectorState, now: EpochMilliseconds) {
  return connector.commitment.latestOpen(now) ?? connector.commitment.inForce(now);
}

function nextStep(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
): 'none' | 'decrease' | 'renewal' | 'increase' {
  if (!connector.connected || connector.transactionId === null) return 'none';
  const switches = state.site.switches[connector.index] === 1;
  if (switches && connector.phases.changingTo === null && isWaitingForEvidence(state, connector, now))
    return 'none';
  const target_A = targetOf(state, connector);
  const current = reference(connector, now);
  const answerIsDue = now - connector.lastSentAt >= state.policy.answerWithin;
  // Nothing known to be in force: whatever we say can only bind the charger more.
  if (!current) {
    const upTo_A = committedOnLines_A(connector, now);
    return target_A <= upTo_A ? paced(state, connector, now) : 'increase';
  }
  if (target_A < current.current_A - tolerance_A) return 'decrease';
  const open = connector.commitment.latestOpen(now);
  if (open && !answerIsDue) return 'none';
  if (target_A > current.current_A + tolerance_A) return 'increase';
  if (open) return 'renewal';
  return current.leaseUntil - now < state.policy.renewBefore ? 'renewal' : 'none';
}

/** A charger that has just rejected a limit is asked again only after a pause. */
function paced(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): 'none' | 'decrease' {
  return now - connector.lastSentAt >= state.policy.increaseInterval ? 'decrease' : 'none';
}

/** Raises those that `scratch.grows` marks, in the order of admission. */
function grow(
  state: SiteState,
  now: EpochMilliseconds,
  limitIds: LimitIds,
  mayIncrease: boolean,
  decisions: Decision[],
): void {
  const committed = committedSums_A(state, now);
  for (const index of state.allocation.order) {
    if (state.scratch.grows[index] === 0) continue;
    const connector = state.connectors[index]!;
    const target_A = targetOf(state, connector);
    const current = reference(connector, now);
    const held_A =
      current?.current_A ?? Math.min(targetOf(state, connector), committedOnLines_A(connector, now));
    const wired = state.site.topology.connectors[connector.index]!;
    const ready = mayIncrease && now - connector.lastIncreaseAt >= state.policy.increaseInterval;
    const granted_A = ready ? affordable_A(state, connector, committed, target_A, now) : 0;
    const enough =
      granted_A >= wired.minimum_A - tolerance_A &&
      (granted_A >= target_A - tolerance_A || granted_A - held_A >= state.policy.smallestIncrease_A);
    if (enough && granted_A > held_A + tolerance_A) {
      const extra_A = granted_A - committedOnLines_A(connector, now);
      if (extra_A > 0) addLoad(state.site, committed, connector.index, connector.slots, extra_A);
      connector.lastIncreaseAt = now;
      const reason = granted_A < target_A - tolerance_A ? waitingForOthers : whyOf(state, connector, now);
      decisions.push(send(state, connector, now, limitIds, 'increase', granted_A, reason));
    } else if (!current || current.leaseUntil - now < state.policy.renewBefore) {
      // No room to grow yet: hold what there is.
      const held = Math.min(held_A, target_A);
      // A pause of a car that has its place is never the fuse's doing: others have not given way yet.
      const reason = ready || held === 0 ? waitingForOthers : whyOf(state, connector, now);
      const kind = current ? 'renewal' : 'decrease';
      if (current || now - connector.lastSentAt >= state.policy.increaseInterval)
        decisions.push(send(state, connector, now, limitIds, kind, held, reason));
    }
  }
}

const waitingForOthers: Reason = {
  code: 'waiting-for-others-to-reduce',
  nodeId: null,
  phase: null,
  source: 'allocator',
};

/** The reason of the target: the allocation's, unless the charger's phases hold the car back for a while. */
function whyOf(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): Reason {
  const { index, phases } = connector;
  const reason = reasonOf(state, connector, now);
  const held = state.site.switches[index] === 1 && state.allocation.current_A[index]! > 0;
  const proves = isProving(phases, state.policy) && reason.nodeId === null;
  return held && (phases.changingTo !== null || proves)
    ? { code: 'changing-phases', nodeId: null, phase: null, source: 'charger' }
    : reason;
}

/** The largest setpoint up to `target_A` that keeps every sum of commitments inside its capacity. */
function affordable_A(
  state: SiteState,
  connector: ConnectorState,
  committed: Float64Array,
  target_A: number,
  now: EpochMilliseconds,
): number {
  const { site, allocation } = state;
  const already_A = committedOnLines_A(connector, now);
  if (target_A <= already_A + tolerance_A) return target_A;
  const step_A = site.topology.step_A;
  let low = Math.floor(already_A / step_A);
  let high = Math.round(target_A / step_A);
  const { index, slots } = connector;
  const fits = (steps: number): boolean =>
    firstWithoutRoom(site, committed, allocation.capacity_A, index, slots, steps * step_A - already_A) < 0;
  if (fits(high)) return target_A;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return floorToStep(low * step_A, step_A);
}

function send(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
  limitIds: LimitIds,
  kind: Decision['kind'],
  current_A: number,
  reason: Reason,
): Decision {
  const wired = state.site.topology.connectors[connector.index]!;
  const limitId = limitIds();
  const leaseUntil = after(now, state.policy.lease);
  const before = reference(connector, now);
  if (!before || Math.abs(before.current_A - current_A) > tolerance_A) connector.setpointChangedAt = now;
  const { phases } = connector;
  const numberPhases = state.site.switches[connector.index] === 1 ? phases.lines : null;
  connector.commitment.sent({ limitId, current_A, numberPhases, leaseUntil });
  connector.lastSentAt = now;
  // A pause voids what was learnt about the lines: the car may come back on others.
  if (current_A === 0) {
    connector.slots = armedSlots(state.site, connector.index, phases, phases.lines);
    connector.allowedSince = null;
  } else {
    connector.allowedSince ??= now;
    phases.hasCharged = true;
  }
  const { deviceId, connector: number } = wired;
  return {
    limitId,
    index: connector.index,
    deviceId,
    connector: number,
    transactionId: connector.transactionId,
    current_A,
    numberPhases,
    leaseUntil,
    reason,
    kind,
  };
}

/** Installs the standing default at a charger that has not confirmed the one we computed. */
function offerFallback(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
  limitIds: LimitIds,
  decisions: Decision[],
): void {
  const wanted_A = state.fallback_A[connector.index]!;
  const numberPhases =
    state.site.switches[connector.index] === 0 ? null : connector.settings.phases === 'one' ? 1 : 3;
  const { confirmedFallback } = connector.commitment;
  const confirmed =
    confirmedFallback?.current_A === wanted_A && confirmedFallback.numberPhases === numberPhases;
  if (!connector.connected || (confirmed && !connector.fallbackIsDue)) return;
  if (now - connector.fallbackSentAt < state.policy.answerWithin) return;
  connector.fallbackSentAt = now;
  connector.fallbackIsDue = false;
  const wired = state.site.topology.connectors[connector.index]!;
  const limitId = limitIds();
  connector.commitment.sentFallback(limitId, wanted_A, numberPhases);
  decisions.push({
    limitId,
    index: connector.index,
    deviceId: wired.deviceId,
    connector: wired.connector,
    transactionId: null,
    current_A: wanted_A,
    numberPhases,
    leaseUntil: null,
    reason: { code: 'fallback', nodeId: null, phase: null, source: 'allocator' },
    kind: 'fallback',
  });
}
