import type { WiredConnector } from '#libs/allocation/topology.js';
import type { GoldenAnswers, GoldenCar } from './golden.js';

interface Allowed {
  readonly at_ms: number;
  readonly current_A: number;
}

/** A relay for the number of lines moves only without current, and takes this long. */
const relayTakes_ms = 10_000;

/** One connector with the car at it, as the physical world behaves: leases run out, cars follow late, some do not wake. */
export class GoldenCharger {
  transactionId: number | null = null;
  car: GoldenCar | null = null;
  override_A: number | null = null;
  answers: GoldenAnswers = { answer: 'accepted', after_s: 0.2 };
  /** How often its relay has changed the number of lines. */
  switches = 0;
  private setpoint: { readonly current_A: number; readonly lines: number; readonly until_ms: number } | null =
    null;
  private standingDefault: { readonly current_A: number; readonly lines: number } | null = null;
  /** Lines that its relay connects, and until when it is open on its way to others. */
  private closedOn = 3;
  private openUntil_ms: number | null = null;
  private allowed: Allowed[] = [];
  /** The car was paused once and has not been replugged since. */
  private asleepSince_ms: number | null = null;
  private drawn: Allowed[] = [];

  constructor(readonly wired: WiredConnector) {}

  start(transactionId: number, car: GoldenCar, now_ms: number): void {
    this.transactionId = transactionId;
    this.car = car;
    this.setpoint = null;
    this.asleepSince_ms = null;
    this.allowed = [{ at_ms: now_ms, current_A: 0 }];
  }

  end(): void {
    this.transactionId = null;
    this.car = null;
    this.setpoint = null;
  }

  /** `until_ms`: the end of the lease, null for a standing default; `lines`: three unless it switches. */
  obey(transactionId: number | null, current_A: number, lines: number, until_ms: number | null): void {
    if (until_ms === null) this.standingDefault = { current_A, lines };
    else if (transactionId === this.transactionId) this.setpoint = { current_A, lines, until_ms };
  }

  /** The limit the charger follows: its lease, else its standing default, else its own maximum. */
  limit_A(now_ms: number): number {
    return this.override_A ?? this.leading(now_ms)?.current_A ?? this.wired.maximum_A;
  }

  private leading(now_ms: number): { readonly current_A: number; readonly lines: number } | null {
    return this.setpoint && this.setpoint.until_ms > now_ms ? this.setpoint : this.standingDefault;
  }

  /** Lets time pass to `now_ms`; called at every tick, in order. */
  advance(now_ms: number): void {
    const limit_A = this.moveRelay(now_ms) ? this.limit_A(now_ms) : 0;
    if (this.allowed.at(-1)?.current_A !== limit_A) this.allowed.push({ at_ms: now_ms, current_A: limit_A });
    this.drawn.push({ at_ms: now_ms, current_A: this.nextDraw_A(now_ms) });
    while ((this.drawn[1]?.at_ms ?? Infinity) < now_ms - 60_000) this.drawn.shift();
  }

  /** What the car drew on each of its terminals at an instant of the last minute. */
  draw_A(at_ms: number): number {
    return this.drawn.findLast((entry) => entry.at_ms <= at_ms)?.current_A ?? 0;
  }

  terminals_A(at_ms: number): readonly [number, number, number] {
    const current_A = this.draw_A(at_ms);
    const on = (terminal: number): number =>
      terminal <= this.closedOn && this.car?.terminals.includes(terminal) ? current_A : 0;
    return [on(1), on(2), on(3)];
  }

  /** Brings the relay to the lines that are asked for; answers whether current may flow. */
  private moveRelay(now_ms: number): boolean {
    const wanted = this.wired.switchesPhases ? (this.leading(now_ms)?.lines ?? 3) : 3;
    if (this.openUntil_ms !== null) {
      if (now_ms < this.openUntil_ms) return false;
      this.openUntil_ms = null;
      this.closedOn = wanted;
    }
    if (wanted === this.closedOn) return true;
    if (this.draw_A(now_ms) === 0) {
      this.openUntil_ms = now_ms + relayTakes_ms;
      this.switches++;
    }
    return false;
  }

  private nextDraw_A(now_ms: number): number {
    if (!this.car) return 0;
    const followed = this.allowed.findLast((entry) => entry.at_ms <= now_ms - this.car!.follows_s * 1_000);
    const offered_A = followed?.current_A ?? 0;
    // IEC 61851-1: below 6 A the pilot says "no current".
    if (offered_A < 6) {
      if ((this.drawn.at(-1)?.current_A ?? 0) > 0) this.asleepSince_ms = now_ms;
      return 0;
    }
    if (this.asleepSince_ms !== null) {
      const { wakes_s } = this.car;
      if (wakes_s === null || now_ms - followed!.at_ms < wakes_s * 1_000) return 0;
      this.asleepSince_ms = null;
    }
    return Math.min(offered_A, this.car.maximum_A);
  }
}
