import { readFile } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';
import { z } from 'zod';
import { fleetSchema, type Fleet } from '#libs/contracts/fleet.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { credentialFile } from '../charger/credential-memory.js';
import { realTiming, startFleet } from '../fleet/start-fleet.js';
import { loadScenario, ScenarioError } from '../scenario/load-scenario.js';
import { openConsole } from '../console/console.js';
import { helpText } from '../console/action.js';
import { fleetActions } from '../console/device-actions.js';
import { ended } from './ended.js';
import { jsonLine, statusLine, summaryText } from './report.js';

export interface RunOptions {
  readonly fleet: string;
  readonly speed: number;
  readonly from: string | null;
  readonly duration_s: number | null;
  readonly seed: number;
  readonly json: boolean;
  readonly changes: readonly string[];
}

/** Plays a scenario until it is told to end; answers the process's exit code. */
export async function run(
  scenarioName: string,
  options: RunOptions,
  /** Where keys come from; null: nobody sits there. */
  keys: ReadStream | null,
  print: (line: string) => void,
  end: AbortSignal,
): Promise<number> {
  const scenario = await loadScenario(scenarioName, options.changes);
  const fleet = await startFleet({
    fleet: await readFleet(options.fleet),
    scenario,
    speed: options.speed,
    from: options.from,
    seed: options.seed,
    clock: { now: () => epochMilliseconds(Date.now()) },
    ...realTiming,
    memory: credentialFile(`${options.fleet}.credentials`),
  });
  if (!options.json) {
    print(`${scenario.description}. Seed ${options.seed}, speed ${options.speed}. Ctrl-C ends.`);
  }
  const reporter = setInterval(
    () => print(options.json ? jsonLine(fleet.snapshot()) : statusLine(fleet.snapshot())),
    options.json ? 1_000 : 5_000,
  );
  const over = new AbortController();
  const actions = fleetActions(fleet);
  if (keys && !options.json) print(helpText(actions));
  const letGo = keys
    ? openConsole({
        input: keys,
        actions,
        say: (name, sentence) => print(options.json ? JSON.stringify({ action: name, sentence }) : sentence),
        state: () => statusLine(fleet.snapshot()),
        end: () => over.abort(),
      })
    : null;
  await ended(AbortSignal.any([end, over.signal]), options.duration_s);
  letGo?.();
  clearInterval(reporter);
  const summary = await fleet.stop();
  print(options.json ? JSON.stringify({ summary }) : summaryText(summary));
  return summary.mayHaveTripped ? 1 : 0;
}

export async function readFleet(path: string): Promise<Fleet> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new ScenarioError(
      `The fleet file ${path} cannot be read. Busbar writes one for each demo site; give its path with --fleet.`,
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ScenarioError(`The fleet file ${path} is not JSON.`);
  }
  const parsed = fleetSchema.safeParse(document);
  if (!parsed.success) {
    throw new ScenarioError(`The fleet file ${path} is not valid:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
