import type { PerPhase } from '#libs/units/phases.js';
import type { Balancer } from '../balancer/balancer.js';
import { ordinaryClamps } from '../balancer/clamps.js';
import { wrongClamps } from '../balancer/wrong-clamps.js';
import type { Charger } from '../charger/charger.js';
import type { Hub, HubEventInput } from '../hub/hub.js';
import type { Acknowledgement } from '../charger/v16/transactions.js';
import type { CarModel } from '../physics/car.js';
import type { Site } from '../physics/site.js';
import type { Fault } from '../scenario/scenario-schema.js';
import type { PlannedStay } from './agenda.js';
import type { DeviceContext } from './devices.js';
import type { FleetSnapshot, FleetSummary } from './snapshot.js';

export interface FleetParts {
  readonly context: DeviceContext;
  readonly site: Site;
  readonly chargers: readonly Charger[];
  readonly balancers: readonly Balancer[];
  readonly hubs: readonly Hub[];
  readonly stays: readonly PlannedStay[];
  readonly startOfDay_s: number;
  readonly tick_ms: number;
}

/** A longer pause of the process than this is not simulated: the cars would leap. */
const longestStep_s = 2;
/** How long the chargers may take to tell their last stops at the end. */
const longestGoodbye_ms = 3_000;

/** A site's devices at work. Everything moves in `tick`, in step with the clock. */
export class RunningFleet {
  private readonly startedAt_ms: number;
  private readonly timer: NodeJS.Timeout;
  private lastTick_ms: number;
  private sessions = 0;
  private readonly arrivals: PlannedStay[];
  private readonly departures: PlannedStay[];
  private readonly faults: Fault[];
  /** What is put right again when a fault is over. */
  private repairs: { readonly at_s: number; readonly repair: () => void }[] = [];
  private readonly hubEvents: (HubEventInput & { readonly at_s: number })[];

  constructor(private readonly parts: FleetParts) {
    const { context, stays, chargers, balancers, hubs } = parts;
    this.startedAt_ms = this.lastTick_ms = context.clock.now();
    this.arrivals = [...stays];
    this.departures = [...stays].toSorted((a, b) => a.departure_min - b.departure_min);
    this.faults = [...context.scenario.faults].toSorted((a, b) => a.at_s - b.at_s);
    this.hubEvents = [...context.scenario.hubEvents].toSorted((a, b) => a.at_s - b.at_s);
    for (const device of [...chargers, ...balancers, ...hubs]) device.start();
    this.tick();
    this.timer = setInterval(() => this.tick(), parts.tick_ms);
  }

  /** What really flows, per node: never what somebody measured or allowed. */
  trueCurrents(): ReadonlyMap<string, PerPhase> {
    return this.parts.site.trueCurrents();
  }

  charger(identity: string): Charger {
    const charger = this.parts.chargers.find(({ options }) => options.identity === identity);
    if (!charger) throw new Error(`The fleet has no charger ${identity}.`);
    return charger;
  }

  /** Every start and stop that the cloud has answered, by the charger's identity. */
  acknowledgements(): ReadonlyMap<string, readonly Acknowledgement[]> {
    return new Map(
      this.parts.chargers.map((charger) => [charger.options.identity, charger.acknowledgements]),
    );
  }

  get chargers(): readonly Charger[] {
    return this.parts.chargers;
  }

  get balancers(): readonly Balancer[] {
    return this.parts.balancers;
  }

  get hubs(): readonly Hub[] {
    return this.parts.hubs;
  }

  /** Plugs a car in besides the scenario's; null waits for a remote start instead of showing a card. */
  plugIn(identity: string, connector: number, car: CarModel, card: string | null): void {
    this.sessions++;
    this.charger(identity).plugIn(connector, car, card);
  }

  unplug(identity: string, connector: number): void {
    this.charger(identity).unplug(connector);
  }

  /** Every Zen stops measuring while its connection stays up. */
  silenceZen(duration_ms: number): void {
    for (const balancer of this.parts.balancers) balancer.silence(duration_ms);
  }

  /** Everything that does not charge takes so much more on every line; answers how much more than the scenario says. */
  addLoad_A(more_A: number): number {
    return this.parts.site.addLoad_A(more_A);
  }

  /** The charger loses its network for at least `away_ms`. */
  disconnect(identity: string, away_ms: number): Promise<void> {
    return this.charger(identity).loseNetwork(away_ms);
  }

  powerCycle(identity: string): Promise<void> {
    return this.charger(identity).powerCycle();
  }

  snapshot(): FleetSnapshot {
    const { site, chargers, balancers, context } = this.parts;
    const connectors = chargers.flatMap((charger) => charger.connectors);
    const count = (...statuses: string[]): number =>
      connectors.filter((connector) => statuses.includes(connector.status())).length;
    const minutes = Math.floor(this.dayTime_s() / 60) % 1_440;
    return {
      elapsed_s: this.elapsed_s(),
      dayTime: `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
      nodes: context.fleet.topology.nodes.map(({ nodeId, fuse_A }) => {
        const current_A = site.trueCurrents().get(nodeId) ?? ([0, 0, 0] as const);
        const ratios = current_A.map((value, line) => (value === 0 ? 0 : value / (fuse_A[line] ?? 0)));
        return { nodeId, current_A, ratio: Math.max(...ratios), breakerDamage: site.breakerDamage(nodeId) };
      }),
      cars: {
        pluggedIn: connectors.filter(({ car }) => car).length,
        charging: count('Charging'),
        waitingForCurrent: count('SuspendedEVSE'),
        waitingForCar: count('SuspendedEV'),
        waitingForCard: count('Preparing'),
      },
      chargersOnline: chargers.filter(({ online }) => online).length,
      chargers: chargers.length,
      zensOnline: balancers.filter(({ connected }) => connected).length,
      energy_kWh: this.energy_kWh(),
      sessions: this.sessions,
      reconnects: this.reconnects(),
    };
  }

  summary(): FleetSummary {
    const reports = this.parts.site.breakerReports();
    const nodes = this.parts.context.fleet.topology.nodes.flatMap(({ nodeId, name }) => {
      const report = reports.get(nodeId);
      return report ? [{ nodeId, name, ...report }] : [];
    });
    return {
      elapsed_s: this.elapsed_s(),
      energy_kWh: this.energy_kWh(),
      sessions: this.sessions,
      reconnects: this.reconnects(),
      nodes,
      outsideNoTripCurve_s: Math.max(0, ...nodes.map((node) => node.outsideNoTripCurve_s)),
      mayHaveTripped: nodes.some((node) => node.mayHaveTripped),
    };
  }

  /** Sends every car home, lets the chargers that are online tell it, and closes the connections. */
  async stop(): Promise<FleetSummary> {
    clearInterval(this.timer);
    const summary = this.summary();
    await this.sayGoodbye();
    const { chargers, balancers, hubs } = this.parts;
    await Promise.allSettled([...chargers, ...balancers, ...hubs].map((device) => device.stop()));
    return summary;
  }

  /** Without it the cloud would go on counting transactions that nobody remembers. */
  private async sayGoodbye(): Promise<void> {
    const { chargers } = this.parts;
    for (const charger of chargers) {
      for (const { number } of charger.connectors) charger.unplug(number);
      charger.tick(0);
    }
    const deadline_ms = performance.now() + longestGoodbye_ms;
    const hasMore = (charger: Charger): boolean => charger.online && charger.outbox.length > 0;
    while (chargers.some(hasMore) && performance.now() < deadline_ms) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One step; the timer calls it, and tests that drive the clock by hand. */
  tick(): void {
    const now_ms = this.parts.context.clock.now();
    const dt_s = Math.min(longestStep_s, (now_ms - this.lastTick_ms) / 1_000);
    this.lastTick_ms = now_ms;
    this.keepAgenda();
    const { site, chargers, balancers, hubs } = this.parts;
    for (const charger of chargers) charger.tick(dt_s);
    site.step(
      dt_s,
      this.dayTime_s(),
      chargers.flatMap((charger) => charger.draws()),
    );
    for (const balancer of balancers) balancer.tick(dt_s);
    for (const hub of hubs) hub.tick();
  }

  /** Departures before arrivals: two cars may follow each other in the same period. */
  private keepAgenda(): void {
    const elapsed_s = this.elapsed_s();
    const elapsed_min = (elapsed_s * this.parts.context.speed) / 60;
    const card = this.parts.context.scenario.idToken;
    while (this.departures[0] && this.departures[0].departure_min <= elapsed_min) {
      const { identity, connector } = this.departures.shift()!;
      this.unplug(identity, connector);
    }
    while (this.arrivals[0] && this.arrivals[0].arrival_min <= elapsed_min) {
      const { identity, connector, car } = this.arrivals.shift()!;
      this.plugIn(identity, connector, car, card);
    }
    while (this.faults[0] && this.faults[0].at_s <= elapsed_s) this.cause(this.faults.shift()!);
    this.repair(elapsed_s);
    while (this.hubEvents[0] && this.hubEvents[0].at_s <= elapsed_s) {
      const event = this.hubEvents.shift()!;
      for (const hub of this.parts.hubs) hub.raise(event);
    }
  }

  private cause(fault: Fault): void {
    const { chargers, balancers, hubs } = this.parts;
    const duration_ms = fault.duration_s * 1_000;
    const hit = <Device>(devices: readonly Device[], identity: (device: Device) => string): Device[] =>
      devices.filter((device) => fault.device === null || identity(device) === fault.device);
    const hitChargers = hit(chargers, ({ options }) => options.identity);
    const hitBalancers = hit(balancers, ({ options }) => options.identity);
    const hitHubs = hit(hubs, ({ options }) => options.identity);
    switch (fault.kind) {
      case 'zen-silent':
        return hitBalancers.forEach((balancer) => balancer.silence(duration_ms));
      case 'zen-disconnect':
        return hitBalancers.forEach((balancer) => balancer.loseNetwork());
      case 'charger-disconnect':
        return hitChargers.forEach((charger) => void charger.loseNetwork(duration_ms));
      case 'charger-power-cycle':
        return hitChargers.forEach((charger) => void charger.powerCycle());
      case 'charger-limit':
        return this.limitFor(hitChargers, fault);
      case 'residual-current-device':
        return hitChargers.forEach((charger) => {
          for (const { number } of charger.connectors)
            charger.breakResidualCurrentDevice(number, fault.state === 'broken');
        });
      case 'hub-disconnect':
        return hitHubs.forEach((hub) => hub.loseNetwork());
      case 'hub-mobile-drop':
        return hitHubs.forEach((hub) => hub.dropMobile(duration_ms));
      case 'zen-wifi-drop':
        return hitBalancers.forEach((balancer) => balancer.dropWifi(duration_ms));
      case 'zen-clamp-reversed':
      case 'zen-lines-swapped':
      case 'zen-ratio-wrong':
        return this.mountWrongly(hitBalancers, fault);
    }
  }

  private mountWrongly(balancers: readonly Balancer[], fault: Fault): void {
    for (const balancer of balancers) balancer.mount(wrongClamps(fault));
    this.repairs.push({
      at_s: fault.at_s + fault.duration_s,
      repair: () => balancers.forEach((balancer) => balancer.mount(ordinaryClamps)),
    });
  }

  /** Somebody else on site, not the central system, holds the chargers down for a while. */
  private limitFor(chargers: readonly Charger[], { limit_A, at_s, duration_s }: Fault): void {
    for (const charger of chargers) charger.limitFromOutside(limit_A);
    this.repairs.push({
      at_s: at_s + duration_s,
      repair: () => chargers.forEach((charger) => charger.limitFromOutside(null)),
    });
  }

  private repair(elapsed_s: number): void {
    const over = this.repairs.filter(({ at_s }) => at_s <= elapsed_s);
    this.repairs = this.repairs.filter((each) => !over.includes(each));
    for (const { repair } of over) repair();
  }

  private elapsed_s(): number {
    return (this.parts.context.clock.now() - this.startedAt_ms) / 1_000;
  }

  private dayTime_s(): number {
    return this.parts.startOfDay_s + this.elapsed_s() * this.parts.context.speed;
  }

  private energy_kWh(): number {
    const connectors = this.parts.chargers.flatMap((charger) => charger.connectors);
    return connectors.reduce((sum, { energy_Wh }) => sum + energy_Wh, 0) / 1_000;
  }

  private reconnects(): number {
    const { chargers, balancers, hubs } = this.parts;
    return [...chargers, ...balancers, ...hubs].reduce((sum, { reconnects }) => sum + reconnects, 0);
  }
}
