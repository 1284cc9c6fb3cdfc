import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { listScenarios, ScenarioError } from '../scenario/load-scenario.js';
import { playDevice, type DeviceChoice } from './device.js';
import { readFleet, run } from './run.js';

const number = (low: number, high: number) => (text: string) => {
  const value = Number(text);
  if (!(value >= low && value <= high))
    throw new InvalidArgumentError(`Give a number from ${low} to ${high}.`);
  return value;
};
const timeOfDay = (text: string): string => {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) throw new InvalidArgumentError('Write the time as HH:MM.');
  return text;
};
const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];

interface Flags {
  readonly fleet: string;
  readonly speed: number;
  readonly from?: string;
  readonly duration?: number;
  readonly seed: number;
  readonly json: boolean;
  readonly set: readonly string[];
}

interface DeviceFlags {
  readonly fleet?: string;
  readonly identity: string;
  readonly secret?: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly protocol: DeviceChoice['protocol'];
  readonly connectors: number;
  readonly card: string;
  readonly speed: number;
  readonly duration?: number;
  readonly credentials?: string;
  readonly json: boolean;
}

/** The secret of a device: named, of the environment, or of a fleet file, with the addresses it holds. */
async function choiceOf(kind: DeviceChoice['kind'], flags: DeviceFlags): Promise<DeviceChoice> {
  const fleet = flags.fleet === undefined ? null : await readFleet(flags.fleet);
  const listed = fleet?.devices.find(({ identity }) => identity === flags.identity);
  const secret = flags.secret ?? process.env['BUSBAR_DEVICE_SECRET'] ?? listed?.secret;
  if (secret === undefined)
    throw new ScenarioError(
      `${flags.identity} needs its secret: set BUSBAR_DEVICE_SECRET, or name --secret or a --fleet that lists it.`,
    );
  return {
    ...flags,
    kind,
    secret,
    ocppUrl: fleet?.ocppUrl ?? flags.ocppUrl,
    mqttUrl: fleet?.mqttUrl ?? flags.mqttUrl,
    duration_s: flags.duration ?? null,
    credentials: flags.credentials ?? (flags.fleet === undefined ? null : `${flags.fleet}.credentials`),
  };
}

/** `npm run sim -- ...`. `exit` receives the exit code of the chosen command. */
export function createProgram(
  input: Readable | ReadStream,
  print: (line: string) => void,
  end: AbortSignal,
  exit: (code: number) => void,
): Command {
  const program = new Command('sim')
    .exitOverride()
    .description(
      'Plays chargers, Zens and hubs against a running Busbar: real protocols, real currents, simulated cars.',
    );
  program
    .command('run')
    .argument('<scenario>', 'name of a scenario that ships (see `scenarios`) or path of a YAML file')
    .description('connect a fleet and play a scenario')
    .requiredOption('--fleet <file>', 'fleet file: urls, identities, secrets and wiring')
    .option(
      '--speed <factor>',
      'cars come, go and fill this much faster; protocols, ramps, leases and readings stay in real time',
      number(0.1, 3_600),
      1,
    )
    .option('--from <HH:MM>', "time of day to begin at (default: the scenario's own)", timeOfDay)
    .option('--duration <seconds>', 'end after this much real time (default: until Ctrl-C)', number(1, 1e7))
    .option('--seed <number>', 'seed of everything random', number(0, 4_294_967_295), 1)
    .option('--json', 'one JSON line per second and a summary line at the end', false)
    .option('--set <key=value>', 'change the scenario, e.g. --set zen.cadence_s=10; repeatable', collect, [])
    .addHelpText(
      'after',
      '\nThe exit code is 1 when a breaker may have tripped (IEC 60898 no-trip curve), 2 for a wrong call.',
    )
    .action(async (scenario: string, flags: Flags) => {
      const { fleet, speed, seed, json } = flags;
      const from = flags.from ?? null;
      const duration_s = flags.duration ?? null;
      exit(
        await run(
          scenario,
          { fleet, speed, from, duration_s, seed, json, changes: flags.set },
          'isTTY' in input && input.isTTY ? input : null,
          print,
          end,
        ),
      );
    });
  program
    .command('device')
    .addArgument(new Argument('<kind>', 'what to play').choices(['charger', 'balancer', 'hub']))
    .description('play one device by hand: single keys at a terminal, one command a line from a pipe')
    .requiredOption('--identity <name>', 'what the device calls itself on the wire')
    .option('--secret <secret>', 'its credential (better: the environment variable BUSBAR_DEVICE_SECRET)')
    .option('--fleet <file>', 'take addresses and secret from this fleet file')
    .option('--ocpp-url <url>', 'where chargers connect', 'ws://127.0.0.1:7071/ocpp')
    .option('--mqtt-url <url>', 'where balancers and hubs connect', 'mqtt://127.0.0.1:7072')
    .addOption(
      new Option('--protocol <version>', 'what a charger speaks')
        .choices(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'])
        .default('ocpp1.6'),
    )
    .option('--connectors <number>', 'how many a charger has', number(1, 8), 1)
    .option('--card <token>', 'what the driver holds to the reader', 'SIM-CARD')
    .option('--speed <factor>', 'the battery fills this much faster', number(0.1, 3_600), 1)
    .option('--duration <seconds>', 'end after this much real time', number(1, 1e7))
    .option(
      '--credentials <file>',
      'where a charger keeps the password it is given (default: beside --fleet)',
    )
    .option('--json', 'one JSON line for everything that happens, and a summary line', false)
    .addHelpText(
      'after',
      '\nFrom a pipe: the commands of the keys by name, `wait <seconds>`, `wait-for <text of the state>`, `quit`.' +
        '\nThe exit code is 1 when the device never got in or a wait-for waited in vain, 2 for a wrong call.',
    )
    .action(async (kind: DeviceChoice['kind'], flags: DeviceFlags) => {
      exit(await playDevice(await choiceOf(kind, flags), input, print, end));
    });
  program
    .command('scenarios')
    .description('list the scenarios that ship')
    .option('--json', 'as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const scenarios = await listScenarios();
      if (json) return print(JSON.stringify(scenarios));
      for (const { name, description } of scenarios) print(`${name.padEnd(22)} ${description}`);
    });
  return program;
}
