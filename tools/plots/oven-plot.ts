import { noTripTime_s } from '#firmware-sim/physics/breaker.js';
import { fuse_A, oven_A } from './evening-site.js';
import type { Evening, EveningSecond } from './evening.js';
import { left, right } from './frame.js';
import { every, Panel } from './panel.js';
import { Svg } from './svg.js';

const before_s = 10;
const after_s = 60;
/** L2, where the oven is. */
const line = 1;

/** One minute of L2 from the moment at which the oven starts and the line carries most. */
export function ovenPlot({ seconds }: Evening): string {
  const start = hardestStart(seconds);
  const window = seconds.slice(start - before_s, start + after_s);
  const svg = new Svg(
    900,
    440,
    `The oven starts: ${oven_A} A more on L2 within one second`,
    'Current of L2, second by second, with the household, the cars and the sum of the limits of the chargers on it.',
  );
  svg.legend(16, 50, [
    ['house', 'household with oven'],
    ['car', 'cars on top of it'],
    ['limit', 'household plus the limits of the chargers on L2'],
    ['fuse', `fuse, ${fuse_A} A`],
    ['bear', '1.13 times the fuse'],
  ]);
  const place = { left, top: 84, width: svg.width - left - right, height: 290 };
  const panel = new Panel(svg, place, [-before_s, 0], [after_s, 50], false);
  panel.axes(
    { values: every(10, -before_s, after_s), text: (value) => String(value) },
    { values: every(5, 0, 50), text: String },
    'L2, A',
  );
  panel.stairs(
    window.map(({ line_A }) => line_A[line]),
    'car',
    'filled',
  );
  panel.stairs(
    window.map(({ house_A }) => house_A[line]),
    'house',
    'filled',
  );
  panel.stairs(window.map(limits_A), 'limit', 2);
  panel.level(fuse_A, 'fuse', '');
  panel.level(fuse_A * 1.13, 'bear', '6 4');
  const over = window.filter(({ line_A }) => line_A[line] > fuse_A).length;
  const most_A = Math.max(...window.map(({ line_A }) => line_A[line]));
  svg.text(
    place.left + place.width - 8,
    place.top + 16,
    `${over} s above the fuse, at most ${most_A.toFixed(1)} A (${(most_A / fuse_A).toFixed(2)} times); a breaker certainly bears that for ${Math.floor(noTripTime_s(most_A / fuse_A))} s`,
    'small',
    'end',
  );
  svg.text(
    left + place.width / 2,
    svg.height - 10,
    'seconds from the start of the oven',
    'small soft',
    'middle',
  );
  return svg.toString();
}

/** The household, and what the chargers on the line allow their cars beyond it. */
const limits_A = ({ house_A, chargers }: EveningSecond): number =>
  chargers
    .filter(({ plugged, lines }) => plugged && lines.includes(line))
    .reduce((sum, { limit_A }) => sum + limit_A, house_A[line]);

/** The second before which the oven was off, of the start that brings the line the highest current. */
function hardestStart(seconds: Evening['seconds']): number {
  let hardest: { readonly second: number; readonly most_A: number } | null = null;
  for (let second = before_s; second < seconds.length - after_s; second++) {
    const rise_A = seconds[second]!.house_A[line] - seconds[second - 1]!.house_A[line];
    if (rise_A < oven_A * 0.9) continue;
    const most_A = Math.max(...seconds.slice(second, second + after_s).map(({ line_A }) => line_A[line]));
    if (!hardest || most_A > hardest.most_A) hardest = { second, most_A };
  }
  if (!hardest) throw new Error('the oven never started this evening; choose another seed');
  return hardest.second;
}
