import type { Fleet } from '#libs/contracts/fleet.js';
import type { Clock } from '#libs/units/clock.js';
import type { PerPhase } from '#libs/units/phases.js';
import { Balancer } from '../balancer/balancer.js';
import { Charger } from '../charger/charger.js';
import type { CredentialMemory } from '../charger/credential-memory.js';
import { ordinaryRelay } from '../charger/phase-relay.js';
import { chargerSpeech, checkNamedChargers } from './charger-speech.js';
import { Hub } from '../hub/hub.js';
import { BaseLoad } from '../physics/base-load.js';
import { Random } from '../physics/random.js';
import { ScenarioError } from '../scenario/load-scenario.js';
import type { Scenario } from '../scenario/scenario-schema.js';

export interface FleetTiming {
  /** First and longest pause before a device connects again. */
  readonly backoff: { readonly initial_ms: number; readonly maximum_ms: number };
  readonly callTimeout_ms: number;
  readonly reboot_ms: number;
}

export interface DeviceContext {
  readonly fleet: Fleet;
  readonly scenario: Scenario;
  readonly speed: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: FleetTiming;
  readonly memory: CredentialMemory;
  readonly measure_A: (nodeId: string) => PerPhase;
}

const independent = (random: Random): Random => new Random(Math.floor(random.uniform() * 2 ** 32));
const ofKind = (fleet: Fleet, kind: Fleet['devices'][number]['kind']) =>
  fleet.devices.filter((device) => device.kind === kind);

export function createChargers(context: DeviceContext): Charger[] {
  const { fleet, scenario, speed, clock, random, timing, memory } = context;
  const devices = ofKind(fleet, 'charger');
  checkNamedChargers(
    scenario,
    devices.map(({ identity }) => identity),
  );
  return devices.map(({ deviceId, identity, secret }, index) => {
    const connectors = fleet.topology.connectors.filter((connector) => connector.deviceId === deviceId);
    return new Charger({
      identity,
      secret,
      memory,
      ocppUrl: fleet.ocppUrl,
      ...chargerSpeech(scenario, identity, index + 1),
      bootsOnReconnect: scenario.bootsOnReconnect,
      connectors,
      voltage_V: scenario.voltage_V,
      energyScale: speed,
      clock,
      random: independent(random),
      relay: ordinaryRelay,
      ...timing,
    });
  });
}

/** Every Zen that meters a node; one that is wired nowhere reads nothing and stays silent. */
export function createBalancers(context: DeviceContext): Balancer[] {
  const { fleet, scenario, speed, clock, random, timing } = context;
  return ofKind(fleet, 'balancer').flatMap(({ deviceId, identity, secret }) => {
    const node = fleet.topology.nodes.find(({ meterDeviceId }) => meterDeviceId === deviceId);
    if (!node) return [];
    return new Balancer({
      identity,
      secret,
      mqttUrl: fleet.mqttUrl,
      mainFuse_A: Math.min(...node.fuse_A),
      voltage_V: scenario.voltage_V,
      cadence_s: scenario.zen.cadence_s,
      noise_A: scenario.zen.noise_A,
      solarTerminal: scenario.baseLoad.some(({ sun }) => sun !== null),
      energyScale: speed,
      clock,
      random: independent(random),
      reconnect_ms: timing.backoff.initial_ms,
      reboot_ms: timing.reboot_ms,
      measure_A: () => context.measure_A(node.nodeId),
    });
  });
}

export function createHubs(context: DeviceContext): Hub[] {
  const { fleet, clock, timing } = context;
  return ofKind(fleet, 'hub').map(
    ({ identity, secret }) =>
      new Hub({
        identity,
        secret,
        mqttUrl: fleet.mqttUrl,
        clock,
        reconnect_ms: timing.backoff.initial_ms,
        reboot_ms: timing.reboot_ms,
        resend_ms: timing.callTimeout_ms,
        // A fresh process numbers on from the clock, so that its events are new to the cloud.
        lastSequence: Math.floor(clock.now() / 1_000),
      }),
  );
}

export function createBaseLoads(context: DeviceContext): Map<string, BaseLoad> {
  const { fleet, scenario, random } = context;
  const root = fleet.topology.nodes.find(({ parentId }) => parentId === null)?.nodeId;
  return new Map(
    scenario.baseLoad.map((load) => {
      const nodeId = load.node === 'root' ? root : load.node;
      if (nodeId === undefined || !fleet.topology.nodes.some((node) => node.nodeId === nodeId)) {
        const known = fleet.topology.nodes.map((node) => node.nodeId).join(', ');
        throw new ScenarioError(`baseLoad names node "${load.node}"; the site has: ${known}.`);
      }
      return [nodeId, new BaseLoad(load, independent(random))];
    }),
  );
}
