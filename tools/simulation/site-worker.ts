import { parentPort, workerData } from 'node:worker_threads';
import { honestParts, simulateSite } from './simulation.js';
import type { WorkerTask } from './worker-pool.js';

/** A thread of the simulation: gets the number of a site, answers what came of it; null ends it. */
const task = workerData as WorkerTask;
const port = parentPort;
if (!port) throw new Error('site-worker.js is started by the simulation, not by hand.');
port.on('message', (number: number | null) => {
  if (number === null) port.close();
  else port.postMessage(simulateSite(number, { ...task, parts: honestParts }));
});
