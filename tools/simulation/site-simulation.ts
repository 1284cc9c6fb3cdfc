import { BaseLoad } from '#firmware-sim/physics/base-load.js';
import { Random } from '#firmware-sim/physics/random.js';
import { Site } from '#firmware-sim/physics/site.js';
import { compileSite, type CompiledSite } from '#libs/allocation/compile.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { PerPhase } from '#libs/units/phases.js';
import { AllocatorHost, type CreateActor } from './allocator-host.js';
import { Channel } from './channel.js';
import { ChargerLine } from './charger-line.js';
import { Clairvoyant } from './clairvoyant.js';
import { Digest } from './digest.js';
import { Drivers } from './drivers.js';
import { EventQueue } from './event-queue.js';
import { FaultInjector } from './fault-injector.js';
import type { FaultRates } from './faults.js';
import { noFigures, type Figures } from './figures.js';
import { MessageLog } from './message-log.js';
import { withWrongRotation, type RandomSite } from './random-site.js';
import { SafetyCheck, type Violation } from './safety-check.js';
import type { StationPorts } from './simulated-station.js';
import { SimulatedStore } from './simulated-store.js';

/** Midnight of a Monday; any instant would do. */
const start_ms = Date.UTC(2026, 0, 5);

/** The parts a test may break to see that the check finds it. */
export interface Parts {
  readonly createActor: CreateActor;
  readonly answerOf: StationPorts['answerOf'];
}

export interface SiteOutcome {
  readonly figures: Figures;
  readonly digest: string;
  /** The first violation, with the messages that led to it. */
  readonly violation: (Violation & { readonly messages: readonly string[] }) | null;
}

/** One site in virtual time: cars, chargers, Zens, edge, bus, store and the real allocator, from one seed. */
export class SiteSimulation {
  readonly queue = new EventQueue(start_ms);
  readonly figures = noFigures();
  readonly lines: readonly ChargerLine[];
  readonly host: AllocatorHost;
  cloudIsUp = true;
  zenIsUp = true;
  private readonly random: Random;
  private readonly compiled: CompiledSite;
  /** The true currents and what they do to the fuses; whoever watches a run reads them here. */
  readonly wires: Site;
  private readonly base: ReadonlyMap<number, BaseLoad>;
  private readonly clairvoyant: Clairvoyant;
  private readonly check: SafetyCheck;
  private readonly store: SimulatedStore;
  private readonly digest = new Digest();
  private readonly log = new MessageLog(start_ms, 50);
  private readonly drivers: Drivers;
  private readonly faults: FaultInjector;
  private readonly observations: Channel<Observation>;
  private readonly frames: Channel<{ readonly deviceId: string; readonly current_A: PerPhase }>;
  private readonly limits: Channel<Limit>;
  /** Index of each node's parent, -1 at the grid connection. */
  private readonly parents: readonly number[];
  private newestEpoch = 0;
  private violation: SiteOutcome['violation'] = null;

  constructor(
    private readonly siteId: string,
    private readonly site: RandomSite,
    seed: number,
    rates: FaultRates,
    parts: Parts,
  ) {
    this.random = new Random(seed);
    const { queue, random, figures } = this;
    const compiled = compileSite(site.topology);
    if (!compiled.ok) throw new Error(compiled.error.map((each) => each.message).join('\n'));
    this.compiled = compiled.value;
    const parentOf = new Map(site.topology.nodes.map((node) => [node.nodeId, node.parentId ?? '']));
    this.parents = compiled.value.nodeIds.map(
      (nodeId) => compiled.value.nodeIndexById.get(parentOf.get(nodeId) ?? '') ?? -1,
    );
    const loads = new Map(
      [...site.baseLoads].map(([nodeId, model]) => [nodeId, new BaseLoad(model, random)]),
    );
    this.base = new Map(
      [...loads].map(([nodeId, load]) => [compiled.value.nodeIndexById.get(nodeId)!, load]),
    );
    this.wires = new Site(site.topology, loads);
    this.clairvoyant = new Clairvoyant(compiled.value);
    this.check = new SafetyCheck(compiled.value, start_ms, figures, (violation) => {
      this.violation ??= { ...violation, messages: this.log.lines() };
    });
    const store = new SimulatedStore(siteId, this.describe(rates));
    this.store = store;
    const way = { queue, random, rates, counts: figures.faults };
    this.host = new AllocatorHost({
      queue,
      store,
      siteId,
      createActor: parts.createActor,
      publish: (limit, { kind }) => {
        figures.limits[kind]++;
        this.digest.addText(limit.limitId);
        this.digest.add(limit.current_A);
        this.limits.send(limit);
      },
    });
    this.limits = new Channel({
      ...way,
      latency_ms: [2, 20],
      delay_ms: [200, 4_000],
      faults: { lost: 'limit-lost', delayed: 'limit-delayed', duplicated: 'limit-duplicated' },
      deliver: (limit) => this.atEdge(limit),
    });
    this.observations = new Channel({
      ...way,
      latency_ms: [2, 20],
      delay_ms: [200, 4_000],
      faults: {
        lost: 'observation-lost',
        delayed: 'observation-delayed',
        duplicated: 'observation-duplicated',
        reordered: 'observation-reordered',
      },
      deliver: (observation) => {
        this.note('bus -> allocator', observation);
        this.host.observe(observation);
      },
    });
    this.frames = new Channel({
      ...way,
      latency_ms: [20, 200],
      delay_ms: [500, 4_000],
      faults: { lost: 'frame-lost', delayed: 'frame-delayed', duplicated: 'frame-duplicated' },
      deliver: ({ deviceId, current_A }) =>
        this.publish(deviceId, 'balancer', {
          type: 'balancer-reading',
          current_A,
          voltage_V: null,
          power_W: null,
          energyImport_Wh: null,
          energyExport_Wh: null,
        }),
    });
    this.lines = site.topology.connectors.map(
      (wired) =>
        new ChargerLine(wired, {
          ...way,
          store,
          answerOf: parts.answerOf,
          observe: (deviceId, event) => this.publish(deviceId, 'charger', event),
          note: (what, content) => this.note(what, content),
          cloudIsUp: () => this.cloudIsUp,
        }),
    );
    this.drivers = new Drivers(random, this.lines, this.clairvoyant, figures);
    this.faults = new FaultInjector(this, random, rates, figures.faults);
  }

  /** What the site's description says at first. A wrong one is found within hours and mended while the site runs. */
  private describe(rates: FaultRates): SiteTopology {
    const { random, queue, site } = this;
    const strikes = random.uniform() < rates['rotation-wrong'];
    const wrong = strikes ? withWrongRotation(random, site.topology) : null;
    if (!wrong) return site.topology;
    this.figures.faults['rotation-wrong']++;
    this.check.isDescribedRightly = false;
    queue.after(random.between(600_000, 7_200_000), () => {
      this.note('description mended', {});
      this.store.topology = site.topology;
      this.host.amended();
    });
    return wrong;
  }

  run(hours: number): SiteOutcome {
    this.host.own();
    for (const line of this.lines) line.connectAfter(this.random.between(0, 60_000));
    const seconds = Math.round(hours * 3_600);
    for (let second = 1; second <= seconds && !this.violation; second++) {
      this.queue.runUntil(start_ms + second * 1_000);
      this.second(second);
    }
    Object.assign(this.figures, { sites: 1, clairvoyant_Wh: this.clairvoyant.delivered_Wh });
    return { figures: this.figures, digest: this.digest.toString(), violation: this.violation };
  }

  note(what: string, content: unknown): void {
    this.log.note(this.queue.now_ms, what, content);
  }

  private second(second: number): void {
    const now_ms = this.queue.now_ms;
    this.figures.site_s++;
    this.faults.second();
    this.drivers.second(now_ms);
    const chargers = this.lines.map((line) => line.charger);
    for (const charger of chargers) charger.second(now_ms);
    this.wires.step(
      1,
      second,
      chargers.map((charger) => charger.connector.draw()),
    );
    this.drivers.count();
    this.clairvoyant.second(this.trueBase_A(second));
    const believed = this.host.actor?.state.site.topology;
    if (!this.check.isDescribedRightly && believed === this.site.topology) this.check.mended();
    this.check.second(now_ms, chargers, this.host.actor, this.wires);
    for (const current_A of this.wires.trueCurrents().values())
      for (const each of current_A) this.digest.add(each);
    if (second % this.site.cadence_s === 0) this.readMeters();
    // The allocator's own clock ticks at no particular moment of the second.
    if (this.host.actor) this.queue.after(this.random.between(0, 900), () => this.host.tick());
  }

  private readMeters(): void {
    if (!this.zenIsUp || !this.cloudIsUp) return;
    const currents = this.wires.trueCurrents();
    for (const { nodeId, meterDeviceId } of this.site.topology.nodes) {
      const current_A = currents.get(nodeId);
      if (meterDeviceId === null || !current_A) continue;
      // Class 1: one per cent.
      const read_A = current_A.map(
        (each) => each * (1 + this.random.between(-0.01, 0.01)),
      ) as unknown as PerPhase;
      this.frames.send({ deviceId: meterDeviceId, current_A: read_A });
    }
  }

  private trueBase_A(second: number): Float64Array {
    const base_A = new Float64Array(this.compiled.nodeCount * 3);
    for (const [node, load] of this.base) {
      const current_A = load.current_A(second);
      for (let at = node; at >= 0; at = this.parents[at]!)
        for (const line of [0, 1, 2] as const) base_A[at * 3 + line]! += current_A[line];
    }
    return base_A;
  }

  private publish(deviceId: string, deviceKind: Observation['deviceKind'], event: DeviceEvent): void {
    const now_ms = this.queue.now_ms;
    this.observations.send({
      siteId: this.siteId,
      deviceId,
      deviceKind,
      deviceTime: now_ms,
      receivedAt: now_ms,
      event,
    } as Observation);
  }

  /** As apps/ingress/ocpp/limit-delivery: a former owner's limits are refused. */
  private atEdge(limit: Limit): void {
    if (!this.cloudIsUp || limit.ownerEpoch < this.newestEpoch) return;
    this.newestEpoch = limit.ownerEpoch;
    this.note('allocator -> edge', limit);
    this.lines.find((line) => line.charger.wired.deviceId === limit.deviceId)?.station.send(limit);
  }
}
