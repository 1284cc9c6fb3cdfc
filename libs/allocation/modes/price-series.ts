import { epochMilliseconds } from '#libs/units/quantities.js';
import type { PriceSlot } from './price-plan.js';

/** Lays series over one another, the later over the earlier: what it covers is its own, the rest stays. */
export function overlay(layers: readonly (readonly PriceSlot[])[]): readonly PriceSlot[] {
  let result: readonly PriceSlot[] = [];
  for (const layer of layers) result = over(result, layer);
  return result;
}

/** Both ascending and free of overlaps, as the answer is. */
function over(below: readonly PriceSlot[], above: readonly PriceSlot[]): readonly PriceSlot[] {
  if (above.length === 0) return below;
  const left: PriceSlot[] = [];
  for (const slot of below) {
    let from: number = slot.from;
    for (const cover of above) {
      if (cover.until <= from) continue;
      if (cover.from >= slot.until) break;
      if (cover.from > from) left.push({ ...slot, from: epochMilliseconds(from), until: cover.from });
      from = Math.max(from, cover.until);
    }
    if (from < slot.until) left.push({ ...slot, from: epochMilliseconds(from) });
  }
  return [...left, ...above].toSorted((a, b) => a.from - b.from);
}

/** What is wrong with the order of a series: the index of the first slot that is empty or begins before the last one ended; null when nothing is. */
export function firstMisplaced(series: readonly PriceSlot[]): number | null {
  const at = series.findIndex(
    (slot, index) => slot.until <= slot.from || slot.from < (series[index - 1]?.until ?? -Infinity),
  );
  return at === -1 ? null : at;
}
