import { phaseIndex } from '#libs/units/phases.js';
import type { Fault } from '../scenario/scenario-schema.js';
import { ordinaryClamps, type Clamps } from './clamps.js';

/** The clamps as a fault of a scenario mounts them. */
export function wrongClamps({ kind, line, share }: Fault): Partial<Clamps> {
  const at = phaseIndex(line);
  switch (kind) {
    case 'zen-clamp-reversed':
      return { reversed: [at === 0, at === 1, at === 2] };
    case 'zen-lines-swapped': {
      const next = ((at + 1) % 3) as 0 | 1 | 2;
      const on = (clamp: 0 | 1 | 2): 0 | 1 | 2 => (clamp === at ? next : clamp === next ? at : clamp);
      return { lines: [on(0), on(1), on(2)] };
    }
    case 'zen-ratio-wrong':
      return { ratio: ordinaryClamps.ratio / share };
    default:
      return {};
  }
}
