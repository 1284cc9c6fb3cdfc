import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from './wait-for.js';

/** A program of dist/ at work as a process of its own. */
export interface ChildProgram {
  readonly pid: number;
  /** All it printed so far, standard error included. */
  output(): string;
  /** Exit code, or the signal that ended it; null while it runs. */
  ended(): number | NodeJS.Signals | null;
  /** Resolves when it has ended, with its exit code or signal. */
  readonly end: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** The first match in its output; rejects with the whole output when the program ends without it. */
  printed(pattern: RegExp, timeout_ms: number): Promise<RegExpExecArray>;
}

/** Starts `node dist/<script>` as `npm start` does, with exactly these additions to the environment. */
export const startProgram = (
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProgram => startProgramReading('', script, args, environment);

/** The same with this to read, and then the end of its input. */
export function startProgramReading(
  input: string,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProgram {
  const child = spawn(process.execPath, ['--no-warnings', `dist/${script}`, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
  });
  // A program that ends without reading is no error of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let output = '';
  let ended: number | NodeJS.Signals | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (output += chunk));
  }
  const end = once(child, 'close').then(([code, signal]) => {
    ended = (code ?? signal) as number | NodeJS.Signals;
    return ended;
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void end.then(() => process.off('exit', killWithUs));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended: () => ended,
    end,
    kill: (signal) => void child.kill(signal),
    async printed(pattern, timeout_ms) {
      const match = await waitFor(
        `${script} to print ${pattern}`,
        () => pattern.exec(output) ?? (ended === null ? null : ('ended' as const)),
        timeout_ms,
      ).catch((error: Error) => {
        throw new Error(`${error.message}; it printed:\n${output}`);
      });
      if (match === 'ended') throw new Error(`${script} ended (${ended}) before ${pattern}:\n${output}`);
      return match;
    },
  };
}
