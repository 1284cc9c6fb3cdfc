import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from '#libs/platform/logger.js';

export interface Simulator {
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly fleetFile: string;
  readonly speed: number;
  readonly from: string;
  readonly logger: Logger;
  /** Called when it ends without being asked. */
  readonly onEnd: (code: number | null) => void;
}

/** Runs the firmware simulator as a process of its own: the devices share nothing with the cloud but sockets. */
export function startSimulator(options: SimulatorOptions): Simulator {
  const program = fileURLToPath(new URL('../../../firmware-sim/main.js', import.meta.url));
  const args = [
    'run',
    'caltech-garage',
    '--fleet',
    options.fleetFile,
    '--speed',
    String(options.speed),
    '--from',
    options.from,
    '--json',
  ];
  // Not the terminal's process group: on Ctrl-C the cloud ends it in order, after a last word from every charger.
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stopping = false;
  let problem = '';
  child.stderr.on('data', (chunk: Buffer) => (problem = `${problem}${chunk.toString()}`.slice(-2_000)));
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (code) => {
      if (!stopping) {
        options.logger.error({ code, problem }, 'the simulator ended');
        options.onEnd(code);
      }
      resolve();
    }),
  );
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  return {
    async stop() {
      stopping = true;
      child.kill('SIGINT');
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(patience);
      process.off('exit', endWithUs);
    },
  };
}
