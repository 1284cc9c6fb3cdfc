import { createRequire } from 'node:module';

const Sequencer = createRequire(import.meta.url)('@jest/test-sequencer').default;
const order = ['.spec.ts', '.property.ts', '.integration.ts', '.browser.ts', '.journey.ts'];
const rank = (path) => order.findIndex((suffix) => path.endsWith(suffix));

/** Fast tests first, so that a broken rule shows within seconds; journeys last. */
export default class FastFirstSequencer extends Sequencer {
  sort(tests) {
    return tests.toSorted((a, b) => rank(a.path) - rank(b.path) || a.path.localeCompare(b.path));
  }
}
