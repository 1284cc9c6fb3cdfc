import { readFileSync } from 'node:fs';

/** One charging session; times in 5-minute periods from the start of the month. */
export interface Session {
  readonly arrival: number;
  readonly departure: number;
  readonly kwh: number;
  readonly station: string;
}

interface Garage {
  readonly line_pairs: Readonly<Record<'AB' | 'BC' | 'CA', readonly string[]>>;
  readonly pods: Readonly<Record<string, { readonly stations: readonly string[]; readonly limit_a: number }>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../firmware-sim/data/${name}`, import.meta.url), 'utf8'));

export const sessions = (read('caltech-2019-03-sessions.json') as { sessions: readonly Session[] }).sessions;
const garage = read('caltech-garage.json') as Garage;

export const pairs = ['AB', 'BC', 'CA'] as const;
export const stations = pairs.flatMap((pair) => garage.line_pairs[pair]);
/** By station index: 0, 1, 2 for AB, BC, CA. */
export const pairOf = Int8Array.from(stations, (station) =>
  pairs.findIndex((pair) => garage.line_pairs[pair].includes(station)),
);
/** By station index: its pod, -1 for none. */
export const podOf = Int8Array.from(stations, (station) =>
  Object.values(garage.pods).findIndex((pod) => pod.stations.includes(station)),
);
export const podLimit_A = Object.values(garage.pods).map((pod) => pod.limit_a);

/** What a charger offers, and what a car takes, at most. */
export const pilot_A = 32;
export const car_A = 6_600 / 208;
/** Energy of one ampere during one period. */
export const kwhPerAmpere = 208 / 1_000 / 12;

/** The sums that decide whether the garage's wiring holds; charging currents come and go one at a time. */
export class GarageLoad {
  private readonly pair_A = new Float64Array(3);
  private readonly pod_A = new Float64Array(podLimit_A.length);
  readonly secondary_A: number;
  readonly primary_A: number;

  constructor(capacity_kW: number) {
    this.secondary_A = (capacity_kW * 1_000) / 3 / 120;
    this.primary_A = (capacity_kW * 1_000) / 3 / 277;
  }

  clear(): void {
    this.pair_A.fill(0);
    this.pod_A.fill(0);
  }

  add(station: number, current_A: number): void {
    this.pair_A[pairOf[station]!]! += current_A;
    const pod = podOf[station]!;
    if (pod >= 0) this.pod_A[pod]! += current_A;
  }

  /** Pods, secondary lines, and primary lines: see README.md of the data. */
  holds(): boolean {
    for (let pod = 0; pod < podLimit_A.length; pod++)
      if (this.pod_A[pod]! > podLimit_A[pod]! + slack(podLimit_A[pod]!)) return false;
    const [a, b, c] = this.pair_A as unknown as [number, number, number];
    return (
      this.lineHolds(a, c) &&
      this.lineHolds(b, a) &&
      this.lineHolds(c, b) &&
      this.primaryHolds(a, b, c) &&
      this.primaryHolds(b, c, a) &&
      this.primaryHolds(c, a, b)
    );
  }

  private lineHolds(one: number, other: number): boolean {
    return Math.sqrt(one * one + other * other + one * other) <= this.secondary_A + slack(this.secondary_A);
  }

  /** |AB + BC - 2 CA| / 4 for phasors of length a, b, c that are 120 degrees apart, and cyclic. */
  private primaryHolds(a: number, b: number, c: number): boolean {
    const squared = a * a + b * b + 4 * c * c - a * b + 2 * b * c + 2 * c * a;
    return Math.sqrt(squared) / 4 <= this.primary_A + slack(this.primary_A);
  }
}

/** The tolerance of the published runs. */
const slack = (limit_A: number): number => Math.max(1e-5, 1e-7 * limit_A);
