interface Entry {
  readonly at_ms: number;
  readonly sequence: number;
  readonly action: () => void;
}

/** Virtual time: a binary heap of actions. Two actions of the same instant run in the order they were asked for. */
export class EventQueue {
  now_ms: number;
  private readonly heap: Entry[] = [];
  private sequence = 0;

  constructor(start_ms: number) {
    this.now_ms = start_ms;
  }

  /** An instant of the past means now. */
  at(at_ms: number, action: () => void): void {
    const entry = { at_ms: Math.max(at_ms, this.now_ms), sequence: this.sequence++, action };
    let place = this.heap.length;
    this.heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!earlier(entry, this.heap[parent]!)) break;
      this.heap[place] = this.heap[parent]!;
      place = parent;
    }
    this.heap[place] = entry;
  }

  after(delay_ms: number, action: () => void): void {
    this.at(this.now_ms + delay_ms, action);
  }

  /** Runs everything up to and including `until_ms`, also what is asked for meanwhile. */
  runUntil(until_ms: number): void {
    while (this.heap.length > 0 && this.heap[0]!.at_ms <= until_ms) {
      const { at_ms, action } = this.takeFirst();
      this.now_ms = at_ms;
      action();
    }
    this.now_ms = until_ms;
  }

  private takeFirst(): Entry {
    const first = this.heap[0]!;
    const last = this.heap.pop()!;
    const { length } = this.heap;
    if (length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && earlier(this.heap[child + 1]!, this.heap[child]!)) child++;
      if (!earlier(this.heap[child]!, last)) break;
      this.heap[place] = this.heap[child]!;
      place = child;
    }
    this.heap[place] = last;
    return first;
  }
}

const earlier = (one: Entry, other: Entry): boolean =>
  one.at_ms < other.at_ms || (one.at_ms === other.at_ms && one.sequence < other.sequence);
