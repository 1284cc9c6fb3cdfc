import type { SummaryView } from './live-summary.js';

const barWidth = 30;

const counts = (view: SummaryView): string =>
  `${view.charging} charging, ${view.waiting} waiting, ${view.resting} full or asleep, ${view.connected} chargers online`;

/** One plain line, for logs and pipes. */
export function renderLine(view: SummaryView): string {
  const load = view.load_A
    ? view.load_A
        .map((current, line) => `L${line + 1} ${current.toFixed(1)}/${view.fuse_A[line]} A`)
        .join(' ')
    : 'no reading yet';
  return `${view.name}: ${load} | ${counts(view)} | ${view.limitsChanged} limits changed`;
}

/** A block for a terminal, redrawn in place. */
export function renderBlock(view: SummaryView, width: number): readonly string[] {
  const lines = view.fuse_A.map((fuse_A, line) => {
    const load_A = view.load_A?.[line];
    if (load_A === undefined) return `  L${line + 1}  no reading yet`;
    const filled = Math.max(0, Math.min(barWidth, Math.round((load_A / fuse_A) * barWidth)));
    return `  L${line + 1}  ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}  ${load_A.toFixed(1)} of ${fuse_A} A`;
  });
  return [
    `${view.name}`,
    ...lines,
    `  ${counts(view)}, ${view.limitsChanged} limits changed`,
    ...view.changes.map((change) => `  · ${change}`),
  ].map((text) => text.slice(0, Math.max(20, width - 1)));
}
