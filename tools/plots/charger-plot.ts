import type { ReasonCode } from '#libs/allocation/reason.js';
import type { Evening } from './evening.js';
import { clock, left, right } from './frame.js';
import { every, Panel } from './panel.js';
import { Svg } from './svg.js';

const piece_s = 15;
const names = [
  'charger 1: L1, L2, L3',
  'charger 2: L2, L3, L1',
  'charger 3: L3, L1, L2',
  'charger 4: changes between three lines and L1',
  'charger 5: L2 only',
];

/** Reasons as the portal tells them, in short; the ones that no evening of this site shows are left out. */
const told = {
  'node-full': 'the fuse is full',
  'waiting-for-capacity': 'waiting for its turn',
  'waiting-for-others-to-reduce': 'others must give way first',
  'changing-phases': 'changing phases',
  'meter-silent': 'load balancer silent',
  'charger-maximum': 'charger gives no more',
  'car-maximum': 'car takes no more',
} as const satisfies Partial<Record<ReasonCode, string>>;

/** The limit of each charger, what its car takes of it, and beneath it why it is no higher. */
export function chargerPlot({ seconds }: Evening): string {
  const svg = new Svg(
    900,
    730,
    'What each charger may give, and why it is no more',
    'For five chargers: the limit in ampere, the current of the car, and a strip in the colour of the reason.',
  );
  const top = svg.legend(16, 50, [
    ['limit', 'limit'],
    ['car', 'current of the car'],
    ['none', 'no car, or no limit sent yet'],
    ...Object.entries(told).map(
      ([code, words]) => [code as ReasonCode & `${string}-${string}`, words] as const,
    ),
  ]);
  const hours = seconds.length / 3_600;
  const width = svg.width - left - right;
  const firsts = seconds.filter((_, second) => second % piece_s === 0);
  names.forEach((name, index) => {
    const place = { left, top: top + 16 + index * 121, width, height: 72 };
    const panel = new Panel(svg, place, [0, 0], [hours, 18], false);
    panel.axes({ values: every(1, 0, hours), text: () => '' }, { values: [0, 6, 16], text: String }, 'A');
    panel.stairs(
      firsts.map(({ chargers }) => chargers[index]!.draw_A),
      'car',
      'filled',
    );
    panel.stairs(
      firsts.map(({ chargers }) => (chargers[index]!.plugged ? chargers[index]!.limit_A : 0)),
      'limit',
      1.6,
    );
    svg.text(left, place.top - 5, name, 'small');
    strip(svg, { ...place, top: place.top + 77, height: 11 }, seconds, index);
  });
  for (const hour of every(1, 0, hours))
    svg.text(left + (width * hour) / hours, svg.height - 24, clock(hour), 'small soft', 'middle');
  svg.text(left + width / 2, svg.height - 7, 'time of day', 'small soft', 'middle');
  return svg.toString();
}

type Place = Parameters<Svg['bar']>[0];

/** One bar for each time that a reason stands; none is narrower than can be seen. */
function strip(svg: Svg, place: Place, seconds: Evening['seconds'], index: number): void {
  const perSecond = place.width / seconds.length;
  svg.bar(place, 'none');
  let from = 0;
  const codeAt = (second: number): ReasonCode | null => {
    const charger = seconds[second]?.chargers[index];
    return charger?.plugged ? charger.reason : null;
  };
  for (let second = 1; second <= seconds.length; second++) {
    const code = codeAt(from);
    if (codeAt(second) === code && second < seconds.length) continue;
    if (code !== null) {
      if (!(code in told)) throw new Error(`the plot has no colour for the reason ${code}`);
      const width = Math.max(0.8, (second - from) * perSecond);
      svg.bar({ ...place, left: place.left + from * perSecond, width }, code as keyof typeof told);
    }
    from = second;
  }
}
