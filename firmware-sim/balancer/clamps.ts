import type { PerPhase } from '#libs/units/phases.js';

/** How somebody mounted a Zen's current transformers: clamp i sits on line `lines[i]`. */
export interface Clamps {
  readonly lines: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
  readonly reversed: readonly [boolean, boolean, boolean];
  /** Primary per secondary ampere, as printed on them. */
  readonly ratio: number;
}

/** What the Zen was told of them. */
export interface ClampSettings {
  readonly reversedTransformers: readonly boolean[];
  readonly currentTransformerRatio: number;
}

export const ordinaryClamps: Clamps = { lines: [0, 1, 2], reversed: [false, false, false], ratio: 3_000 };

/** What the Zen reads of what really flows. A clamp that is known to be reversed is turned back by the Zen itself. */
export function readThrough(clamps: Clamps, settings: ClampSettings, true_A: PerPhase): PerPhase {
  const scale = settings.currentTransformerRatio / clamps.ratio;
  const at = (clamp: 0 | 1 | 2): number => {
    const turned = clamps.reversed[clamp] !== (settings.reversedTransformers[clamp] ?? false);
    return true_A[clamps.lines[clamp]] * scale * (turned ? -1 : 1);
  };
  return [at(0), at(1), at(2)];
}
