import { describe, expect, it } from '@jest/globals';
import { Progress } from './progress.js';

function run(isTTY: boolean, total: number, done: number): string {
  let written = '';
  const out = { isTTY, write: (text: string) => (written += text) };
  const progress = new Progress(total, 0, out);
  for (let site = 1; site <= done; site++) progress.add(24, site * 2_000);
  return written;
}

describe('Progress', () => {
  it('draws a bar with pace and rest on a terminal', () => {
    const last = run(true, 20, 5).split('\r').at(-1);
    expect(last).toContain(
      '[########......................] 5 of 20 sites, 120 site-hours, 12.0 per second, 30 s left',
    );
  });

  it('writes a line for every tenth elsewhere', () => {
    const lines = run(false, 40, 40).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toContain('40 of 40 sites');
  });
});
