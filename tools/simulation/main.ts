import { Command, InvalidArgumentError } from 'commander';
import { defaultRates, faultNames, scaledRates, type Fault, type FaultRates } from './faults.js';
import { reportText, summarise } from './report.js';
import { Progress } from './progress.js';
import { honestParts, simulate, type SiteResult } from './simulation.js';
import { simulateInWorkers } from './worker-pool.js';

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number of 0 or more.');
  return value;
};

const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Give a whole number.');
  return value;
};

function rate(text: string, earlier: Partial<FaultRates>): Partial<FaultRates> {
  const [name = '', value = ''] = text.split('=');
  const fault = faultNames.find((known) => known === name);
  if (!fault || value === '')
    throw new InvalidArgumentError(`Give <fault>=<rate>, the fault one of: ${faultNames.join(', ')}.`);
  return { ...earlier, [fault satisfies Fault]: positive(value) };
}

const program = new Command('simulate')
  .description('Runs random sites under faults in virtual time and checks every second that no fuse may trip')
  .option('--hours <number>', 'simulated hours of each site', positive, 24)
  .option('--seed <number>', 'everything follows from it', whole, 1)
  .option('--sites <number>', 'how many random sites', whole, 20)
  .option('--first-site <number>', 'number of the first site, to run one of a longer list again', whole, 0)
  .option('--faults <factor>', 'all fault rates times this; 0 for none', positive, 1)
  .option(
    '--rate <fault=rate>',
    'one rate: per message, per hour for whole parts, or a share; may be repeated',
    rate,
    {},
  )
  .option('--workers <number>', 'threads to use; the outcome does not depend on it', whole, 1)
  .option('--json', 'the report as JSON', false);

interface Options {
  readonly hours: number;
  readonly seed: number;
  readonly sites: number;
  readonly firstSite: number;
  readonly faults: number;
  readonly rate: Partial<FaultRates>;
  readonly workers: number;
  readonly json: boolean;
}

const options = program.parse().opts<Options>();
const { hours, seed, sites, firstSite } = options;
const rates: FaultRates = { ...scaledRates(defaultRates, options.faults), ...options.rate };
const progress = new Progress(sites, Date.now(), process.stderr);
const run = {
  seed,
  sites,
  hours,
  rates,
  firstSite,
  onSite: ({ figures }: SiteResult) => progress.add(figures.site_s / 3_600, Date.now()),
};
const outcome =
  options.workers > 1
    ? await simulateInWorkers(run, options.workers)
    : simulate({ ...run, parts: honestParts });
progress.end();
const summary = summarise(outcome, { seed, sites, hours, rates });
process.stdout.write(`${options.json ? JSON.stringify(summary, null, 2) : reportText(summary)}\n`);
process.exitCode = outcome.violations.length > 0 ? 1 : 0;
