import { CommanderError } from 'commander';
import { createProgram } from './cli/program.js';
import { ScenarioError } from './scenario/load-scenario.js';

const end = new AbortController();
process.once('SIGINT', () => end.abort());
process.once('SIGTERM', () => end.abort());

const program = createProgram(
  process.stdin,
  (line) => process.stdout.write(`${line}\n`),
  end.signal,
  (code) => (process.exitCode = code),
);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help and the like end well.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof ScenarioError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
