import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import type { Action } from './action.js';
import { openConsole } from './console.js';

function stage(input: PassThrough, states: readonly string[] = ['online']) {
  const said: string[] = [];
  const ends: string[] = [];
  let looks = 0;
  const bell: Action = { key: 'b', name: 'ring', help: 'the bell rings', run: (how) => `It rings ${how}.` };
  const letGo = openConsole({
    input,
    actions: [bell],
    say: (name, sentence) => said.push(`${name}: ${sentence}`),
    state: () => states[Math.min(looks++, states.length - 1)] ?? '',
    end: (why) => ends.push(why),
  });
  return { said, ends, letGo };
}

describe('one command a line, from a pipe', () => {
  it('runs commands in order with what stands behind them, and ends at quit', async () => {
    const input = new PassThrough();
    const { said, ends } = stage(input);
    input.end('# a comment\n\nring twice softly\n  ring\nquit\nring late\n');
    await waitFor('the end', () => ends.length > 0);
    expect(said).toEqual(['ring: It rings twice softly.', 'ring: It rings null.']);
    expect(ends).toEqual(['quit']);
  });

  it('names what there is when it does not know a command', async () => {
    const input = new PassThrough();
    const { said, ends } = stage(input);
    input.end('sing\n');
    await waitFor('the end', () => ends.length > 0);
    expect(said[0]).toContain('no command sing');
    expect(said[0]).toContain('ring');
    expect(ends).toEqual(['end-of-input']);
  });

  it('waits for a state before it goes on', async () => {
    const input = new PassThrough();
    const { said, ends } = stage(input, ['offline', 'offline', 'online']);
    input.end('wait-for online\nring now\n');
    await waitFor('the end', () => ends.length > 0);
    expect(said).toEqual(['wait-for: online', 'ring: It rings now.']);
  });
});

describe('single keys at a terminal', () => {
  const terminal = () => {
    const input = new PassThrough() as PassThrough & { isTTY: true; setRawMode(raw: boolean): void };
    const raw: boolean[] = [];
    input.isTTY = true;
    input.setRawMode = (on) => raw.push(on);
    return { input, raw };
  };

  it('takes each key at once, explains with ? and ends with q; the terminal is given back', () => {
    const { input, raw } = terminal();
    const { said, ends, letGo } = stage(input);
    input.emit('data', Buffer.from('bb'));
    input.emit('data', Buffer.from('?'));
    input.emit('data', Buffer.from('zq'));
    letGo();
    expect(said.slice(0, 2)).toEqual(['ring: It rings null.', 'ring: It rings null.']);
    expect(said[2]).toContain('the bell rings');
    expect(ends).toEqual(['quit']);
    expect(raw).toEqual([true, false]);
  });

  it('Ctrl-C ends too: in raw mode no signal comes', () => {
    const { input } = terminal();
    const { ends } = stage(input);
    input.emit('data', Buffer.from('\u0003'));
    expect(ends).toEqual(['quit']);
  });
});
