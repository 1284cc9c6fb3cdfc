/** Thrown into a job that waits when somebody calls it off. */
export class CalledOff extends Error {}

interface Waiter {
  readonly condition: () => boolean;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Lets long jobs wait for the charger's own clock and state; `check` is called with every tick. */
export class Waiting {
  private waiters: Waiter[] = [];

  until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new CalledOff());
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiters.push({ condition, signal, resolve, reject }));
  }

  check(): void {
    const ready = this.waiters.filter(({ condition, signal }) => signal.aborted || condition());
    if (ready.length === 0) return;
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const { signal, resolve, reject } of ready) {
      if (signal.aborted) reject(new CalledOff());
      else resolve();
    }
  }
}
