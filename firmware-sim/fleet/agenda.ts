import { readRecording, staysOfDay } from '../scenario/caltech-day.js';
import { ScenarioError } from '../scenario/load-scenario.js';
import type { Scenario } from '../scenario/scenario-schema.js';
import { ordinaryCar, type CarModel } from '../physics/car.js';

/** A car at a charger, in minutes of scenario time from the start. */
export interface PlannedStay {
  readonly identity: string;
  readonly connector: number;
  readonly arrival_min: number;
  readonly departure_min: number;
  readonly car: CarModel;
}

/** Every car the scenario brings, by arrival. */
export async function planStays(
  scenario: Scenario,
  chargers: readonly string[],
  from: string,
): Promise<PlannedStay[]> {
  const stays: PlannedStay[] = scenario.visits.map((visit) => ({
    identity: resolveCharger(visit.charger, chargers),
    connector: visit.connector,
    arrival_min: visit.arrival_min,
    departure_min: visit.arrival_min + visit.stay_min,
    car: { ...ordinaryCar, ...visit.car, energyWanted_Wh: visit.energy_kWh * 1_000 },
  }));
  if (scenario.replay) {
    const { day, car } = scenario.replay;
    const replayed = staysOfDay(await readRecording(), day, from)
      .filter(({ station }) => chargers.includes(station))
      .map((stay) => ({
        identity: stay.station,
        connector: 1,
        arrival_min: stay.arrival_min,
        departure_min: stay.departure_min,
        car: { ...ordinaryCar, ...car, maximum_A: stay.maximum_A, energyWanted_Wh: stay.energy_Wh },
      }));
    if (replayed.length === 0) {
      throw new ScenarioError(
        `No charger of this fleet is a station of the recording (CA-148, CA-149, ...); the replay has nothing to plug in.`,
      );
    }
    stays.push(...replayed);
  }
  return stays.toSorted((a, b) => a.arrival_min - b.arrival_min);
}

function resolveCharger(charger: string | number, chargers: readonly string[]): string {
  const identity = typeof charger === 'number' ? chargers[charger - 1] : charger;
  if (identity !== undefined && chargers.includes(identity)) return identity;
  throw new ScenarioError(
    `The scenario sends a car to charger ${charger}, but the fleet has only: ${chargers.join(', ') || 'none'}.`,
  );
}
