import { createProgram } from './cli/program.js';
import { ScenarioError } from './scenario/load-scenario.js';

const end = new AbortController();
process.once('SIGINT', () => end.abort());
process.once('SIGTERM', () => end.abort());

const program = createProgram(
  (line) => process.stdout.write(`${line}\n`),
  end.signal,
  (code) => (process.exitCode = code),
);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ScenarioError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
