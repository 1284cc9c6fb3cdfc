import { Command, InvalidArgumentError } from 'commander';
import { listScenarios } from '../scenario/load-scenario.js';
import { run } from './run.js';

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

/** `npm run sim -- ...`. `exit` receives the exit code of the chosen command. */
export function createProgram(
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
        await run(scenario, { fleet, speed, from, duration_s, seed, json, changes: flags.set }, print, end),
      );
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
