import { GarageLoad, pilot_A } from './caltech-garage.bench.js';

/** A car that is there and not full. */
export interface Waiting {
  readonly station: number;
  readonly arrival: number;
  readonly departure: number;
  /** What it still needs, ampere-periods. */
  readonly remaining_A: number;
}

/** Answers the current of each waiting car for the coming period, in their order. */
export type Scheduler = (cars: readonly Waiting[], period: number) => readonly number[];

/** Accuracy of a current, and step of the round robin, of the published runs. */
const accuracy_A = 0.01;
const turn_A = 0.1;

const orders = {
  arrival: () => (car: Waiting) => car.arrival,
  departure: () => (car: Waiting) => car.departure,
  laxity: (period: number) => (car: Waiting) => car.departure - period - car.remaining_A / pilot_A,
};

/** Each car in turn gets as much as the wiring still holds. */
export function sorted(load: GarageLoad, by: keyof typeof orders): Scheduler {
  return (cars, period) => {
    const key = orders[by](period);
    const current_A = cars.map(() => 0);
    load.clear();
    for (const at of ranking(cars, key)) {
      const { station, remaining_A } = cars[at]!;
      const holds = (wanted_A: number): boolean => {
        load.add(station, wanted_A);
        const answer = load.holds();
        load.add(station, -wanted_A);
        return answer;
      };
      let high = Math.min(pilot_A, remaining_A);
      let low = 0;
      if (holds(high)) low = high;
      while (high - low > accuracy_A) {
        const middle = (low + high) / 2;
        if (holds(middle)) low = middle;
        else high = middle;
      }
      load.add(station, low);
      current_A[at] = low;
    }
    return current_A;
  };
}

/** In the order of arrival everyone gets a tenth of an ampere more, round and round, until nobody can. */
export function roundRobin(load: GarageLoad): Scheduler {
  return (cars) => {
    const turns = cars.map(() => 0);
    const most = cars.map((car) => Math.floor(Math.min(pilot_A, car.remaining_A) / turn_A + 1e-9));
    load.clear();
    let queue = ranking(cars, (car) => car.arrival);
    while (queue.length > 0)
      queue = queue.filter((at) => {
        if (turns[at]! >= most[at]!) return false;
        load.add(cars[at]!.station, turn_A);
        const holds = load.holds();
        if (holds) turns[at]!++;
        else load.add(cars[at]!.station, -turn_A);
        return holds;
      });
    return turns.map((count) => count * turn_A);
  };
}

const ranking = (cars: readonly Waiting[], key: (car: Waiting) => number): number[] =>
  cars.map((_, at) => at).toSorted((a, b) => key(cars[a]!) - key(cars[b]!));
