import type { Fleet } from '#libs/contracts/fleet.js';
import type { Clock } from '#libs/units/clock.js';
import type { CredentialMemory } from '../charger/credential-memory.js';
import { Random } from '../physics/random.js';
import { Site } from '../physics/site.js';
import type { Scenario } from '../scenario/scenario-schema.js';
import { planStays } from './agenda.js';
import {
  createBalancers,
  createBaseLoads,
  createChargers,
  createHubs,
  type DeviceContext,
  type FleetTiming,
} from './devices.js';
import { RunningFleet } from './running-fleet.js';

export interface FleetOptions {
  readonly fleet: Fleet;
  readonly scenario: Scenario;
  /** How much faster than real time cars come and go, batteries fill and meters count. Protocols and currents do not. */
  readonly speed: number;
  /** HH:MM at which the scenario's day begins; null takes the scenario's own. */
  readonly from: string | null;
  readonly seed: number;
  readonly clock: Clock;
  readonly tick_ms: number;
  readonly timing: FleetTiming;
  /** Where chargers keep the passwords they were given. */
  readonly memory: CredentialMemory;
}

/** What a real fleet does: calm retries and a quarter of a second of electrical resolution. */
export const realTiming: Pick<FleetOptions, 'tick_ms' | 'timing'> = {
  tick_ms: 250,
  timing: {
    backoff: { initial_ms: 1_000, maximum_ms: 30_000 },
    callTimeout_ms: 30_000,
    reboot_ms: 4_000,
  },
};

/** Connects every device of the fleet and begins the scenario. */
export async function startFleet(options: FleetOptions): Promise<RunningFleet> {
  const { fleet, scenario, speed, clock, timing, tick_ms, memory } = options;
  const from = options.from ?? scenario.startOfDay;
  let site: Site | null = null;
  const context: DeviceContext = {
    fleet,
    scenario,
    speed,
    clock,
    timing,
    memory,
    random: new Random(options.seed),
    measure_A: (nodeId) => site?.trueCurrents().get(nodeId) ?? [0, 0, 0],
  };
  site = new Site(fleet.topology, createBaseLoads(context));
  const chargers = createChargers(context);
  const identities = chargers.map((charger) => charger.options.identity);
  const [hours = 0, minutes = 0] = from.split(':').map(Number);
  return new RunningFleet({
    context,
    site,
    chargers,
    balancers: createBalancers(context),
    hubs: createHubs(context),
    stays: await planStays(scenario, identities, from),
    startOfDay_s: hours * 3_600 + minutes * 60,
    tick_ms,
  });
}
