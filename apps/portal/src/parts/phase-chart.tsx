import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { LoadPoint } from '../live/live-location.js';

interface Props {
  readonly points: readonly LoadPoint[];
  /** Rated current of the fuse; drawn as the line that must not be crossed. */
  readonly fuse_A: number;
  /** The location's, in which the sessions below are told too. */
  readonly timeZone: string;
}

const height_px = 240;
/** A meter that says nothing for longer leaves a gap: nobody knows what flowed. */
const longestPause_s = 35;
const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Current per line over the last minutes against the fuse. */
export function PhaseChart({ points, fuse_A, timeZone }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const line = (label: string, stroke: string): uPlot.Series => ({
      label,
      stroke: color(stroke),
      width: 1.6,
      points: { show: false },
      value: (_, value) => (value === null ? '-' : `${value.toFixed(1)} A`),
    });
    const axis = {
      stroke: color('--faint'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { stroke: color('--line') },
    };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: height_px,
        tzDate: (time_s) => uPlot.tzDate(new Date(time_s * 1_000), timeZone),
        legend: { live: true },
        scales: { y: { range: (_, __, highest) => [0, Math.max(fuse_A * 1.15, (highest ?? 0) * 1.05)] } },
        axes: [axis, { ...axis, size: 48, values: (_, values) => values.map((value) => `${value} A`) }],
        series: [
          {},
          line('L1', '--l1'),
          line('L2', '--l2'),
          line('L3', '--l3'),
          {
            label: 'Fuse',
            stroke: color('--bad'),
            width: 1.4,
            dash: [6, 4],
            points: { show: false },
            value: () => `${fuse_A} A`,
          },
        ],
      },
      [[], [], [], [], []],
      element,
    );
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: height_px }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [fuse_A, timeZone]);

  useEffect(() => {
    const shown = withGaps(points);
    plot.current?.setData([
      shown.map(([time]) => time),
      shown.map(([, l1]) => l1),
      shown.map(([, , l2]) => l2),
      shown.map(([, , , l3]) => l3),
      shown.map(() => fuse_A),
    ]);
  }, [points, fuse_A]);

  return (
    <figure className="chart">
      <figcaption className="unseen">Current per line over the last minutes against the fuse</figcaption>
      <div ref={host} />
    </figure>
  );
}

type ShownPoint = readonly [time_s: number, l1_A: number | null, l2_A: number | null, l3_A: number | null];

/** The points with an empty one in every pause, so that no line is drawn where nothing was measured. */
function withGaps(points: readonly LoadPoint[]): readonly ShownPoint[] {
  return points.flatMap((point, index): readonly ShownPoint[] => {
    const before_s = points[index - 1]?.[0] ?? point[0];
    return point[0] - before_s > longestPause_s ? [[before_s + 1, null, null, null], point] : [point];
  });
}
