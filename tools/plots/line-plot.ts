import { phases } from '#libs/units/phases.js';
import { fuse_A } from './evening-site.js';
import type { Evening } from './evening.js';
import { clock, left, right } from './frame.js';
import { every, Panel, peaks } from './panel.js';
import { Svg } from './svg.js';

const piece_s = 15;

/** The current of each line against the fuse, and how much of what the fuse bears is used up. */
export function linePlot({ seconds }: Evening): string {
  const svg = new Svg(
    900,
    640,
    'What the fuse carries: three lines on a busy evening',
    'Current of each line in ampere over five hours: the household, the cars on top of it, the fuse of 35 A and the 1.13 times that it bears for an hour.',
  );
  svg.legend(16, 50, [
    ['house', 'household'],
    ['car', 'cars on top of it'],
    ['fuse', `fuse, ${fuse_A} A`],
    ['bear', '1.13 times the fuse: borne for an hour (IEC 60898-1)'],
  ]);
  const width = svg.width - left - right;
  const hours = seconds.length / 3_600;
  const x = { values: every(1, 0, hours), text: () => '' };
  phases.forEach((phase, index) => {
    const line = index as 0 | 1 | 2;
    const place = { left, top: 68 + line * 145, width, height: 128 };
    const panel = new Panel(svg, place, [0, 0], [hours, 50], false);
    const of = (pick: (second: (typeof seconds)[number]) => number) => peaks(seconds.map(pick), piece_s);
    panel.axes(x, { values: every(10, 0, 50), text: String }, `${phase}, A`);
    panel.stairs(
      of(({ line_A }) => line_A[line]),
      'car',
      'filled',
    );
    panel.stairs(
      of(({ house_A }) => house_A[line]),
      'house',
      'filled',
    );
    panel.level(fuse_A, 'fuse', '');
    panel.level(fuse_A * 1.13, 'bear', '6 4');
  });
  const heat = new Panel(svg, { left, top: 503, width, height: 84 }, [0, 0], [hours, 2], false);
  heat.axes({ values: x.values, text: clock }, { values: [0, 1, 2], text: (value) => `${value} %` }, 'heat');
  heat.stairs(
    peaks(
      seconds.map(({ damage }) => damage * 100),
      piece_s,
    ),
    'fuse',
    'filled',
  );
  svg.text(left + 8, 518, 'Of the heat that the breaker certainly bears before it may trip (100 %)', 'small');
  svg.text(left + width / 2, 628, 'time of day; the highest value of every 15 s', 'small soft', 'middle');
  return svg.toString();
}
