import { noTripTime_s } from '#firmware-sim/physics/breaker.js';
import { fuse_A } from './evening-site.js';
import type { Evening } from './evening.js';
import { left } from './frame.js';
import { every, Panel } from './panel.js';
import { Svg } from './svg.js';

const lines = ['l1', 'l2', 'l3'] as const;

/** How long the evening stayed above each multiple of the fuse at a stretch, against how long a breaker certainly bears it. */
export function noTripPlot({ seconds }: Evening): string {
  const svg = new Svg(
    900,
    440,
    'The longest time above a current, against what a breaker bears',
    'Logarithmic time over current: the lower edge of the trip band of IEC 60898-1, and the longest excess of each line.',
  );
  svg.legend(16, 50, [
    ['fuse', 'from here on a breaker may trip (IEC 60898-1)'],
    ['l1', 'L1 this evening'],
    ['l2', 'L2'],
    ['l3', 'L3'],
  ]);
  const place = { left, top: 68, width: svg.width - left - 20, height: 310 };
  const panel = new Panel(svg, place, [1, 0.8], [2, 3_600], true);
  const units = new Map([
    [1, '1 s'],
    [10, '10 s'],
    [60, '1 min'],
    [600, '10 min'],
    [3_600, '1 h'],
  ]);
  panel.axes(
    { values: every(0.1, 1, 2), text: (ratio) => ratio.toFixed(1) },
    { values: [...units.keys()], text: (value) => units.get(value) ?? '' },
    'time at a stretch',
  );
  const curve = every(0.01, 1.13, 2).map(
    (ratio) => [panel.x(ratio), panel.y(Math.min(3_600, noTripTime_s(ratio)))] as const,
  );
  svg.line(panel.x(1.13), panel.y(3_600), panel.x(1.13), curve[0]![1], 'fuse', 2);
  svg.curve(curve, 'fuse', 2.4);
  lines.forEach((ink, line) => {
    const points = every(0.005, 1, 2)
      .map((ratio) => ({ ratio, time_s: longestAbove_s(seconds, line, ratio * fuse_A) }))
      .filter(({ time_s }) => time_s > 0);
    if (points.length === 0) return;
    const path = points.map(({ ratio, time_s }) => [panel.x(ratio), panel.y(time_s)] as const);
    svg.curve(path, ink, 2);
    svg.dot(...path.at(-1)!, ink);
  });
  svg.text(
    place.left + place.width / 2,
    svg.height - 10,
    `current through one line, times the fuse of ${fuse_A} A`,
    'small soft',
    'middle',
  );
  return svg.toString();
}

function longestAbove_s(seconds: Evening['seconds'], line: number, current_A: number): number {
  let longest = 0;
  let running = 0;
  for (const { line_A } of seconds) {
    running = line_A[line]! > current_A ? running + 1 : 0;
    longest = Math.max(longest, running);
  }
  return longest;
}
