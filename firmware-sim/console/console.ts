import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { helpText, type Action } from './action.js';

export interface ConsolePorts {
  readonly input: Readable | ReadStream;
  readonly actions: readonly Action[];
  /** Told what each action did, and what was not understood. */
  readonly say: (name: string, sentence: string) => void;
  /** The state as one line of text, for `wait-for`. */
  readonly state: () => string;
  /** `gave-up`: a `wait-for` waited in vain, so the rest of the script makes no sense. */
  readonly end: (why: 'quit' | 'end-of-input' | 'gave-up') => void;
}

/** How long a script waits for a state when it does not say. */
const patience_s = 60;
const look_ms = 50;

/** Takes single keys from a terminal, and one command a line from anything else. Answers how to let go of the input. */
export function openConsole(ports: ConsolePorts): () => void {
  const { input } = ports;
  return 'setRawMode' in input && input.isTTY ? takeKeys(input, ports) : takeLines(input, ports);
}

const controlC = '\u0003';

function takeKeys(input: ReadStream, { actions, say, end }: ConsolePorts): () => void {
  const pressed = (chunk: Buffer): void => {
    for (const key of chunk.toString()) {
      if (key === 'q' || key === controlC) return end('quit');
      if (key === '?') say('help', `\n${helpText(actions)}`);
      const action = actions.find((each) => each.key === key);
      if (action) say(action.name, action.run(null));
    }
  };
  input.setRawMode(true);
  input.on('data', pressed);
  input.resume();
  return () => {
    input.off('data', pressed);
    input.setRawMode(false);
    input.pause();
  };
}

function takeLines(input: Readable, ports: ConsolePorts): () => void {
  const lines = createInterface({ input });
  const letGo = new AbortController();
  void playScript(lines, ports, letGo.signal);
  return () => {
    letGo.abort();
    lines.close();
  };
}

async function playScript(
  lines: AsyncIterable<string>,
  ports: ConsolePorts,
  letGo: AbortSignal,
): Promise<void> {
  for await (const line of lines) {
    if (letGo.aborted) return;
    const [, name = '', argument = null] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '' || name.startsWith('#')) continue;
    if (name === 'quit') return ports.end('quit');
    if (name === 'wait') await pause(Number(argument) * 1_000, letGo);
    else if (name === 'wait-for') {
      if (!(await waitForState(argument ?? '', ports, letGo))) return ports.end('gave-up');
    } else act(name, argument === '' ? null : argument, ports);
  }
  if (!letGo.aborted) ports.end('end-of-input');
}

function act(name: string, argument: string | null, { actions, say }: ConsolePorts): void {
  if (name === 'help') return say('help', `\n${helpText(actions)}`);
  const action = actions.find((each) => each.name === name);
  const known = [...actions.map((each) => each.name), 'wait <seconds>', 'wait-for <text>', 'quit'].join(', ');
  say(name, action ? action.run(argument) : `There is no command ${name}. There are: ${known}.`);
}

async function waitForState(
  text: string,
  { state, say }: ConsolePorts,
  letGo: AbortSignal,
): Promise<boolean> {
  const deadline_ms = performance.now() + patience_s * 1_000;
  while (!state().includes(text)) {
    if (letGo.aborted) return false;
    if (performance.now() > deadline_ms) {
      say('wait-for', `Waited ${patience_s} s in vain for "${text}"; it is: ${state()}`);
      return false;
    }
    await pause(look_ms, letGo);
  }
  say('wait-for', state());
  return true;
}

const pause = (duration_ms: number, letGo: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Number.isFinite(duration_ms) ? duration_ms : 0);
    letGo.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
