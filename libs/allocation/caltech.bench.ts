import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  car_A,
  GarageLoad,
  kwhPerAmpere,
  pairOf,
  pilot_A,
  podLimit_A,
  podOf,
  sessions,
  stations,
} from './caltech-garage.bench.js';
import { roundRobin, sorted, type Scheduler, type Waiting } from './caltech-baselines.bench.js';
import { compileSite } from './compile.js';
import { plainSettings } from './connector-settings.js';
import { observe } from './observe.js';
import { floorToStep } from './quantise.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, type SiteState } from './site-state.js';
import { computeTargets } from './target.js';
import type { FuseNode, SiteTopology } from './topology.js';

const lastPeriod = Math.max(...sessions.map((session) => session.departure));
const capacities_kW = Array.from({ length: 27 }, (_, at) => 10 + 5 * at);
const period_ms = 300_000;

/** Percent of the energy asked for that a scheduler delivers in the month. */
function demandMet(schedule: Scheduler): number {
  const stationIndex = new Map(stations.map((station, index) => [station, index]));
  const arrivals = sessions.toSorted((a, b) => a.arrival - b.arrival);
  const remaining_A = new Map(sessions.map((session) => [session, session.kwh / kwhPerAmpere]));
  let present: (typeof sessions)[number][] = [];
  let next = 0;
  let delivered_A = 0;
  for (let period = 0; period <= lastPeriod; period++) {
    while (arrivals[next] && arrivals[next]!.arrival <= period) present.push(arrivals[next++]!);
    present = present
      .filter((session) => session.departure > period && remaining_A.get(session)! > 1e-9)
      .toSorted((a, b) => stationIndex.get(a.station)! - stationIndex.get(b.station)!);
    if (present.length === 0) continue;
    const cars = present.map((session): Waiting => ({
      station: stationIndex.get(session.station)!,
      arrival: session.arrival,
      departure: session.departure,
      remaining_A: remaining_A.get(session)!,
    }));
    schedule(cars, period).forEach((offered_A, at) => {
      const session = present[at]!;
      const drawn_A = Math.min(offered_A, car_A, remaining_A.get(session)!);
      remaining_A.set(session, remaining_A.get(session)! - drawn_A);
      delivered_A += drawn_A;
    });
  }
  const asked_A = sessions.reduce((sum, session) => sum + session.kwh / kwhPerAmpere, 0);
  return (100 * delivered_A) / asked_A;
}

/** The garage as a site: the secondary lines are the grid connection, the pods are nodes below it. */
function garageSite(load: GarageLoad, options: { minimum_A: number; step_A: number }): SiteState {
  const node = (nodeId: string, parentId: string | null, fuse_A: number): FuseNode => ({
    nodeId,
    parentId,
    name: nodeId,
    fuse_A: [fuse_A, fuse_A, fuse_A],
    meterDeviceId: null,
  });
  const topology: SiteTopology = {
    nodes: [
      node('secondary', null, load.secondary_A),
      ...podLimit_A.map((limit_A, pod) =>
        node(`pod-${pod}`, 'secondary', Math.min(limit_A, load.secondary_A)),
      ),
    ],
    transformers: [
      { nodeId: 'secondary', ratio: 4, fuse_A: [load.primary_A, load.primary_A, load.primary_A] },
    ],
    connectors: stations.map((deviceId, index) => ({
      deviceId,
      connector: 1,
      nodeId: podOf[index]! < 0 ? 'secondary' : `pod-${podOf[index]}`,
      wiring: {
        kind: 'line-to-line',
        lines: (['L1-L2', 'L2-L3', 'L3-L1'] as const)[pairOf[index]!]!,
      },
      maximum_A: pilot_A,
      minimum_A: options.minimum_A,
      weight: 1,
      priority: 0,
      switchesPhases: false,
    })),
    margin_A: 0,
    assumedBase_A: [0, 0, 0],
    step_A: options.step_A,
  };
  const site = compileSite(topology);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return createSiteState(site.value, epochMilliseconds(0), defaultPolicy);
}

/** Busbar's own rules, with departures or without; what a car takes is learnt from its samples. */
function busbar(
  load: GarageLoad,
  options: { minimum_A: number; step_A: number; departures: boolean },
): Scheduler {
  const state = garageSite(load, options);
  const plugged = new Map<number, number>();
  let transactions = 0;
  return (cars, period) => {
    const now = epochMilliseconds((period + 1) * period_ms);
    const here = new Set(cars.map((car) => car.station));
    for (const [station] of plugged) {
      const transactionId = state.connectors[station]!.transactionId;
      const arrival = cars.find((car) => car.station === station)?.arrival;
      if (here.has(station) && arrival === plugged.get(station)) continue;
      if (transactionId !== null) observe(state, station, now, { type: 'ended', transactionId });
      plugged.delete(station);
    }
    for (const car of cars) {
      if (!plugged.has(car.station)) {
        observe(state, car.station, now, { type: 'connected' });
        observe(state, car.station, now, { type: 'started', transactionId: ++transactions, resumed: false });
        plugged.set(car.station, car.arrival);
      }
      if (options.departures)
        state.connectors[car.station]!.settings = {
          ...plainSettings,
          departure: {
            at: epochMilliseconds((car.departure + 1) * period_ms),
            remaining_Wh: (car.remaining_A / 12) * 230,
          },
        };
      const wanted_A = floorToStep(Math.min(car_A, car.remaining_A), options.step_A);
      state.connectors[car.station]!.learntMaximum_A = wanted_A + options.step_A;
    }
    computeTargets(state, now);
    const currents = cars.map((car) => state.allocation.current_A[car.station]!);
    load.clear();
    cars.forEach((car, at) => load.add(car.station, currents[at]!));
    if (!load.holds()) throw new Error(`the garage's wiring does not hold in period ${period}`);
    for (const [at, car] of cars.entries())
      state.connectors[car.station]!.allowedSince = currents[at]! > 0 ? now : null;
    return currents;
  };
}

/** Percent of demand met that ACN-Sim's authors publish: at 10 kW, and on average over 10, 15 ... 140 kW. */
const published: Readonly<Record<string, readonly [number, number]>> = {
  'first come first served': [34.65, 91.34],
  'earliest deadline first': [36.94, 93.1],
  'least laxity first': [36.82, 93.21],
  'round robin': [43.85, 92.29],
};

const schedulers: Readonly<Record<string, (load: GarageLoad) => Scheduler>> = {
  'first come first served': (load) => sorted(load, 'arrival'),
  'earliest deadline first': (load) => sorted(load, 'departure'),
  'least laxity first': (load) => sorted(load, 'laxity'),
  'round robin': roundRobin,
  'busbar, departures unknown: 6 A minimum, 1 A steps': (load) =>
    busbar(load, { minimum_A: 6, step_A: 1, departures: false }),
  'busbar, departures unknown: no minimum, 0.01 A steps': (load) =>
    busbar(load, { minimum_A: 0.01, step_A: 0.01, departures: false }),
  'busbar, departures known: 6 A minimum, 1 A steps': (load) =>
    busbar(load, { minimum_A: 6, step_A: 1, departures: true }),
  'busbar, departures known: no minimum, 0.01 A steps': (load) =>
    busbar(load, { minimum_A: 0.01, step_A: 0.01, departures: true }),
};

/** The Caltech garage in March 2019 at transformers of 10 to 140 kW, beside the published figures (ACN-Sim). */
export function bench() {
  const curves: Record<string, readonly number[]> = {};
  const rows = Object.entries(schedulers).map(([name, create]) => {
    const met = capacities_kW.map((capacity_kW) => demandMet(create(new GarageLoad(capacity_kW))));
    curves[name] = met.map((share) => Number(share.toFixed(2)));
    const known = published[name];
    return {
      'demand met, %': name,
      '10 kW': met[0]!.toFixed(2),
      'published, 10 kW': known?.[0].toFixed(2) ?? '',
      mean: (met.reduce((sum, share) => sum + share, 0) / met.length).toFixed(2),
      'published, mean': known?.[1].toFixed(2) ?? '',
    };
  });
  // With --json: the demand met at each transformer, in the order of `capacities_kW`.
  return Promise.resolve({
    name: 'Caltech garage, March 2019, three-phase',
    rows,
    curves: { capacities_kW, ...curves },
  });
}
