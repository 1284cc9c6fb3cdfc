import type { Readable } from 'node:stream';
import type { Fleet } from '#libs/contracts/fleet.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { credentialFile, noCredentialMemory } from '../charger/credential-memory.js';
import { openConsole } from '../console/console.js';
import { helpText, type Action } from '../console/action.js';
import { balancerActions, chargerActions, hubActions } from '../console/device-actions.js';
import { deviceState } from '../console/device-state.js';
import type { RunningFleet } from '../fleet/running-fleet.js';
import { realTiming, startFleet } from '../fleet/start-fleet.js';
import { parseScenario, ScenarioError } from '../scenario/load-scenario.js';
import { ended } from './ended.js';

export interface DeviceChoice {
  readonly kind: 'charger' | 'balancer' | 'hub';
  readonly identity: string;
  readonly secret: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly protocol: 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1';
  readonly connectors: number;
  readonly card: string;
  readonly speed: number;
  readonly duration_s: number | null;
  /** File that keeps the password a charger was given; null: it is forgotten with the program. */
  readonly credentials: string | null;
  readonly json: boolean;
}

/** How often the state is looked at; it is printed when it has changed. */
const look_ms = 250;

/** Plays one device by hand until it is told to end; answers the exit code: 1 when it never got in or a script gave up. */
export async function playDevice(
  choice: DeviceChoice,
  input: Readable,
  print: (line: string) => void,
  end: AbortSignal,
): Promise<number> {
  const fleet = await startFleet({
    fleet: siteOf(choice),
    scenario: parseScenario(
      `name: by hand\ndescription: by hand\nprotocol: ${choice.protocol}\nidToken: '${choice.card}'`,
      [],
    ),
    speed: choice.speed,
    from: null,
    seed: 1,
    clock: { now: () => epochMilliseconds(Date.now()) },
    memory: choice.credentials === null ? noCredentialMemory : credentialFile(choice.credentials),
    ...realTiming,
  });
  const actions = actionsOf(fleet, choice);
  const tell = teller(choice.json, print);
  tell('started', `${choice.kind} ${choice.identity}; the keys are:\n${helpText(actions)}`);

  let told = '';
  let wasOnline = false;
  const look = (): void => {
    const state = deviceState(fleet);
    wasOnline ||= state.startsWith('online');
    if (state !== told) tell('state', state);
    told = state;
  };
  const looking = setInterval(look, look_ms);
  const over = new AbortController();
  let gaveUp = false;
  const letGo = openConsole({
    input,
    actions,
    say: (name, sentence) => tell(name, sentence),
    state: () => deviceState(fleet),
    end: (why) => {
      gaveUp = why === 'gave-up';
      // A script that is over leaves the device alone for the time it was given.
      if (why !== 'end-of-input' || choice.duration_s === null) over.abort();
    },
  });
  await ended(AbortSignal.any([end, over.signal]), choice.duration_s);
  look();
  letGo();
  clearInterval(looking);
  const { elapsed_s, energy_kWh, sessions, reconnects } = await fleet.stop();
  const code = wasOnline && !gaveUp ? 0 : 1;
  const summary = { elapsed_s, wasOnline, energy_kWh, sessions, reconnects };
  print(
    choice.json
      ? JSON.stringify({ summary })
      : `Ran ${Math.round(elapsed_s)} s: ${wasOnline ? 'it was online' : 'it never got in; is Busbar there, and are identity and secret right?'}, ` +
          `${energy_kWh.toFixed(2)} kWh in ${sessions} sessions, ${reconnects} reconnects.`,
  );
  return code;
}

function actionsOf(fleet: RunningFleet, { card }: DeviceChoice): Action[] {
  const [charger] = fleet.chargers;
  if (charger) return chargerActions(fleet, charger, card);
  const [balancer] = fleet.balancers;
  if (balancer) return balancerActions(fleet, balancer);
  const [hub] = fleet.hubs;
  if (hub) return hubActions(hub);
  throw new ScenarioError('There is no device to play.');
}

const teller =
  (json: boolean, print: (line: string) => void) =>
  (event: string, text: string): void => {
    const now = new Date();
    print(
      json
        ? JSON.stringify({ at: now.toISOString(), event, text })
        : `${now.toTimeString().slice(0, 8)}  ${text}`,
    );
  };

/** A site with nothing but this device: the cloud knows its real place, the device does not. */
function siteOf({ kind, identity, secret, ocppUrl, mqttUrl, connectors }: DeviceChoice): Fleet {
  return {
    ocppUrl,
    mqttUrl,
    siteName: identity,
    topology: {
      nodes: [
        {
          nodeId: 'grid',
          parentId: null,
          name: 'Grid connection',
          fuse_A: [63, 63, 63],
          meterDeviceId: kind === 'balancer' ? identity : null,
        },
      ],
      transformers: [],
      connectors: Array.from({ length: kind === 'charger' ? connectors : 0 }, (_, index) => ({
        deviceId: identity,
        connector: index + 1,
        nodeId: 'grid',
        wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
        maximum_A: 32,
        minimum_A: 6,
        weight: 1,
        priority: 0,
        switchesPhases: false,
      })),
      margin_A: 0,
      assumedBase_A: [0, 0, 0],
      step_A: 1,
    },
    devices: [{ deviceId: identity, kind, identity, secret }],
  };
}
