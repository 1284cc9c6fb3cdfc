import { Random } from './random.js';

/** A machine of the rules beside rights: the same attempts are told to the library and to a plain reading of the list. */
export interface Machine<Event> {
  readonly name: string;
  /** What may be tried next. */
  next(random: Random, history: readonly Event[]): Event;
  /** The library: remembers, and answers each attempt with a word; `refused` changes nothing. */
  engine(): (event: Event) => string;
  /** The rules: remembers nothing, and answers from all attempts before that were not refused. */
  oracle(history: readonly Event[], event: Event): string;
}

export interface MachineDisagreement {
  readonly machine: string;
  readonly engine: string;
  readonly oracle: string;
  /** The shortest history found that still disagrees; its last event is the one. */
  readonly events: readonly unknown[];
}

/** Tells the same events to both; null while they agree. @param tally counts answers by word */
function told<Event>(
  machine: Machine<Event>,
  events: Iterable<Event>,
  history: Event[],
  tally: Map<string, number>,
): { readonly engine: string; readonly oracle: string; readonly count: number } | null {
  const ask = machine.engine();
  let count = 0;
  for (const event of events) {
    count++;
    const [engine, oracle] = [ask(event), machine.oracle(history, event)];
    if (engine !== oracle) return { engine, oracle, count };
    tally.set(oracle, (tally.get(oracle) ?? 0) + 1);
    if (oracle !== 'refused') history.push(event);
  }
  return null;
}

/** One history of `length` attempts. */
export function tellMachine<Event>(
  machine: Machine<Event>,
  seed: number,
  index: number,
  length: number,
  tally: Map<string, number>,
): MachineDisagreement | null {
  const random = new Random(seed, index);
  const history: Event[] = [];
  const events: Event[] = [];
  function* story(): Generator<Event> {
    while (events.length < length) {
      const event = machine.next(random, history);
      events.push(event);
      yield event;
    }
  }
  if (!told(machine, story(), history, tally)) return null;
  const differs = (some: readonly Event[]) => told(machine, some, [], new Map());
  let smallest: readonly Event[] = events;
  for (let at = smallest.length - 1; at >= 0; at--) {
    const without = smallest.toSpliced(at, 1);
    if (!differs(without)) continue;
    smallest = without;
    at = smallest.length;
  }
  const { engine = '', oracle = '', count = 0 } = differs(smallest) ?? {};
  return { machine: machine.name, engine, oracle, events: smallest.slice(0, count) };
}
