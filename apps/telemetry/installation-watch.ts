import type { Observation } from '#libs/contracts/observation.js';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import type { BalancerState } from '#libs/devices/balancer-state.js';
import { orderTime } from '#libs/devices/device-time.js';
import type { Finding } from '#libs/devices/transformer-check.js';
import {
  findingOf,
  noEvidence,
  takeEnd,
  takeReading,
  takeSample,
  type Evidence,
} from '#libs/devices/transformer-evidence.js';
import type { PerPhase } from '#libs/units/phases.js';
import { phaseIndex } from '#libs/units/phases.js';

/** The site's topology, or null when it has none. */
export type TopologyOf = (siteId: string) => Promise<SiteTopologyDocument | null>;

/** Watched sites that stay in memory; the least recently used are forgotten and gather their evidence anew. */
const watchedSites = 5_000;
/** Topologies are edited by hand, so a look a minute is soon enough. */
const topologyLife_ms = 60_000;

interface Watched {
  topology: SiteTopologyDocument | null;
  readAt: number;
  /** By balancer. */
  readonly evidence: Map<string, Evidence>;
  /** What was last told of a balancer; its state learns of it a moment later. */
  readonly told: Map<string, Finding>;
}

/**
 * Where the readings of balancers and the samples of chargers meet: says when a balancer's current transformers turn out to
 * be mounted wrongly, or well again. Sites with line-to-line wiring or transformers inside are left out: their lines do not
 * add up as numbers.
 */
export class InstallationWatch {
  private readonly sites = new Map<string, Watched>();

  constructor(private readonly topologyOf: TopologyOf) {}

  /** The finding after a reading when it is another one than the balancer's state holds; `before` is that state. */
  async take(observation: Observation, before: BalancerState | null): Promise<Finding | null> {
    const { event, deviceId, siteId, receivedAt } = observation;
    if (
      event.type !== 'balancer-reading' &&
      event.type !== 'meter-sample' &&
      event.type !== 'transaction-ended'
    )
      return null;
    const site = await this.site(siteId, receivedAt);
    const { topology } = site;
    if (!topology || !addsUp(topology)) return null;
    const at = orderTime(observation.deviceTime, receivedAt);
    if (event.type === 'balancer-reading') {
      const solarTerminal = before?.installation?.solarTerminal ?? null;
      const { current_A, power_W } = event;
      const evidence = takeReading(this.of(site, deviceId), { at, current_A, power_W }, solarTerminal);
      site.evidence.set(deviceId, evidence);
      const finding = news(findingOf(evidence, at), site.told.get(deviceId) ?? before?.finding ?? null);
      if (finding) site.told.set(deviceId, finding);
      return finding;
    }
    for (const meter of metersAbove(topology, deviceId, event.connector)) {
      const evidence = this.of(site, meter);
      const key = `${deviceId}/${event.connector}`;
      if (event.type === 'transaction-ended') site.evidence.set(meter, takeEnd(evidence, key, at));
      else if (event.current_A) {
        const lines_A = onLines(topology, deviceId, event.connector, event.current_A);
        if (lines_A) site.evidence.set(meter, takeSample(evidence, key, at, lines_A));
      }
    }
    return null;
  }

  private of(site: Watched, meter: string): Evidence {
    return site.evidence.get(meter) ?? noEvidence;
  }

  private async site(siteId: string, now: number): Promise<Watched> {
    let site = this.sites.get(siteId);
    if (site) this.sites.delete(siteId);
    else site = { topology: null, readAt: -Infinity, evidence: new Map(), told: new Map() };
    // Put at the end: the map's order is the order of last use.
    this.sites.set(siteId, site);
    if (now - site.readAt >= topologyLife_ms) {
      site.readAt = now;
      site.topology = await this.topologyOf(siteId);
    }
    for (const oldest of this.sites.keys()) {
      if (this.sites.size <= watchedSites) break;
      this.sites.delete(oldest);
    }
    return site;
  }
}

const addsUp = ({ transformers, connectors }: SiteTopologyDocument): boolean =>
  transformers.length === 0 && connectors.every(({ wiring }) => wiring.kind !== 'line-to-line');

/** The balancers whose node carries what this connector draws. */
function metersAbove(
  { nodes, connectors }: SiteTopologyDocument,
  deviceId: string,
  connector: number,
): string[] {
  const wired = connectors.find((each) => each.deviceId === deviceId && each.connector === connector);
  const meters: string[] = [];
  let nodeId: string | null = wired?.nodeId ?? null;
  // No further than there are nodes: a stored tree has no loops, but nothing here should hang on it.
  for (let depth = 0; nodeId !== null && depth < nodes.length; depth++) {
    const node = nodes.find((each) => each.nodeId === nodeId);
    if (node?.meterDeviceId) meters.push(node.meterDeviceId);
    nodeId = node?.parentId ?? null;
  }
  return meters;
}

/** From the charger's terminals to the lines of the supply. */
function onLines(
  { connectors }: SiteTopologyDocument,
  deviceId: string,
  connector: number,
  terminals_A: PerPhase,
): PerPhase | null {
  const wiring = connectors.find(
    (each) => each.deviceId === deviceId && each.connector === connector,
  )?.wiring;
  if (!wiring || wiring.kind === 'line-to-line') return null;
  const lines_A: [number, number, number] = [0, 0, 0];
  if (wiring.kind === 'single-phase') lines_A[phaseIndex(wiring.phase)] = terminals_A[0];
  else
    wiring.rotation.forEach((phase, terminal) => {
      lines_A[phaseIndex(phase)] += terminals_A[terminal] ?? 0;
    });
  return lines_A;
}

/** A good installation is worth a word only after a bad one, and the same fault only once. */
function news(finding: Finding | null, known: Finding | BalancerState['finding']): Finding | null {
  if (!finding) return null;
  if (!known) return finding.code === 'installation-plausible' ? null : finding;
  const same = finding.code === known.code && finding.detail['lines'] === known.detail['lines'];
  return same ? null : finding;
}
