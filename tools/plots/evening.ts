import type { ReasonCode } from '#libs/allocation/reason.js';
import { phaseIndex, type PerPhase } from '#libs/units/phases.js';
import { createRealActor, type CreateActor } from '../simulation/allocator-host.js';
import { defaultRates, scaledRates } from '../simulation/faults.js';
import { SiteSimulation, type SiteOutcome } from '../simulation/site-simulation.js';
import { eveningSite } from './evening-site.js';

/** One charger in one second. */
export interface ChargerSecond {
  readonly plugged: boolean;
  /** The setpoint it follows; 0 without a transaction. */
  readonly limit_A: number;
  readonly draw_A: number;
  /** On which lines the setpoint lets it draw. */
  readonly lines: readonly (0 | 1 | 2)[];
  /** Of the last limit it was sent in this transaction; null before one. */
  readonly reason: ReasonCode | null;
}

/** The site at the end of one second. */
export interface EveningSecond {
  readonly line_A: PerPhase;
  /** What flows besides the cars. */
  readonly house_A: PerPhase;
  /** How much of what the fuse certainly bears is used up on the worst line; 1: it may trip. */
  readonly damage: number;
  readonly chargers: readonly ChargerSecond[];
}

export interface Evening {
  readonly seconds: readonly EveningSecond[];
  readonly outcome: SiteOutcome;
}

/** A busy evening with the real allocator, cars drawn from `seed`, and a load balancer that falls silent now and then. */
export function playEvening(seed: number, hours: number): Evening {
  const site = eveningSite();
  const reasons = new Map<string, ReasonCode>();
  const createActor: CreateActor = (record, epoch, now, before) => {
    const actor = createRealActor(record, epoch, now, before);
    return {
      state: actor.state,
      take: (observation) => actor.take(observation),
      confirmedDefault: (observation) => actor.confirmedDefault(observation),
      decide: (at) => {
        const decisions = actor.decide(at);
        for (const { deviceId, transactionId, reason } of decisions)
          if (transactionId !== null) reasons.set(deviceId, reason.code);
        return decisions;
      },
    };
  };
  const rates = { ...scaledRates(defaultRates, 0), 'zen-dead': 0.2 };
  const simulation = new SiteSimulation('evening', site, seed, rates, {
    createActor,
    answerOf: (outcome) => outcome,
  });
  const seconds: EveningSecond[] = [];
  const { queue, lines, wires } = simulation;
  const look = (): void => {
    seconds.push(secondOf(lines, wires, queue.now_ms, reasons));
  };
  // Just before the next second of the physical world, when everything of this one has been said.
  const lookOn = (): void => {
    look();
    queue.after(1_000, lookOn);
  };
  queue.after(1_990, lookOn);
  const outcome = simulation.run(hours);
  look();
  return { outcome, seconds };
}

function secondOf(
  lines: SiteSimulation['lines'],
  wires: SiteSimulation['wires'],
  now_ms: number,
  reasons: Map<string, ReasonCode>,
): EveningSecond {
  const line_A = wires.trueCurrents().get('grid') ?? [0, 0, 0];
  const house_A: [number, number, number] = [...line_A];
  const chargers = lines.map(({ charger }): ChargerSecond => {
    const { wired, connector, transaction } = charger;
    if (!transaction) reasons.delete(wired.deviceId);
    const { current_A, phases } = connector.draw();
    for (const line of linesOf(wired.wiring, phases)) house_A[line] -= current_A;
    const setpoint = charger.setpoint(now_ms);
    return {
      plugged: connector.car !== null,
      limit_A: setpoint?.limit_A ?? 0,
      draw_A: current_A,
      lines: linesOf(wired.wiring, Math.min(setpoint?.phases ?? 3, connector.car?.model.phases ?? 3)),
      reason: reasons.get(wired.deviceId) ?? null,
    };
  });
  return { line_A, house_A, damage: wires.breakerDamage('grid'), chargers };
}

type Wiring = SiteSimulation['lines'][number]['charger']['wired']['wiring'];

function linesOf(wiring: Wiring, phases: number): readonly (0 | 1 | 2)[] {
  if (wiring.kind === 'single-phase') return [phaseIndex(wiring.phase)];
  if (wiring.kind === 'three-phase') return wiring.rotation.slice(0, phases).map(phaseIndex);
  throw new Error('no charger of this site hangs between two lines');
}
