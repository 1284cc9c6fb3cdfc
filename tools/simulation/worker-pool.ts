import { Worker } from 'node:worker_threads';
import { combine, type SimulationOptions, type SimulationOutcome, type SiteResult } from './simulation.js';

/** What a worker needs to know once; then it is told one site's number after the other. */
export type WorkerTask = Pick<SimulationOptions, 'seed' | 'hours' | 'rates'>;

/** Short-lived objects are most of the garbage: with room for them a tenth of the time is saved. */
const youngGeneration_MB = 96;

/** Runs the sites in `workers` threads. Which thread runs which site, and when, leaves no trace in the outcome. */
export async function simulateInWorkers(
  options: Omit<SimulationOptions, 'parts'>,
  workers: number,
): Promise<SimulationOutcome> {
  const { seed, hours, rates, firstSite, sites, onSite } = options;
  const results: SiteResult[] = [];
  let next = firstSite;
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./site-worker.js', import.meta.url), {
        workerData: { seed, hours, rates } satisfies WorkerTask,
        resourceLimits: { maxYoungGenerationSizeMb: youngGeneration_MB },
      });
      // Nothing is transferred; without the list the linter takes this for a window's postMessage, which wants an origin.
      const give = (): void => {
        if (next < firstSite + sites) worker.postMessage(next++, []);
        else worker.postMessage(null, []);
      };
      worker.on('message', (result: SiteResult) => {
        results.push(result);
        onSite(result);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`A worker of the simulation ended with code ${code}.`)),
      );
      give();
    });
  await Promise.all(Array.from({ length: Math.min(workers, Math.max(1, sites)) }, runOne));
  return combine(results);
}
