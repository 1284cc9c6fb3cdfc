import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { afterUpdate, listUpdates } from './local-list-update.js';

const entries = fc.dictionary(
  fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
  fc.constantFrom('Accepted', 'Blocked'),
);

describe('updates of a Local Auth List', () => {
  it('OCPP 1.6 5.15, OCPP 2.0.1 D01: whatever the charger holds, the updates lead to the target', () => {
    fc.assert(
      fc.property(
        entries,
        entries,
        fc.integer({ min: -1, max: 9 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        (held, target, version, known, most) => {
          const updates = listUpdates(known ? { version, entries: held } : null, version, target, most);
          const end = updates.reduce<Readonly<Record<string, string>>>(afterUpdate, known ? held : {});
          expect(end).toEqual(target);
          for (const [index, update] of updates.entries()) {
            expect(update.changes.length).toBeLessThanOrEqual(most);
            expect(update.version).toBe(Math.max(0, version) + index + 1);
            // A charger whose list we do not know is told everything first.
            expect(update.kind).toBe(!known && index === 0 ? 'Full' : 'Differential');
          }
        },
      ),
      { numRuns: propertyRuns(500) },
    );
  });

  it('a list that is right already costs no call, one of another version is sent whole', () => {
    const known = { version: 3, entries: { A: 'Accepted' } };
    expect(listUpdates(known, 3, { A: 'Accepted' }, 10)).toEqual([]);
    expect(listUpdates(known, 4, { A: 'Accepted' }, 10)).toEqual([
      { version: 5, kind: 'Full', changes: [{ token: 'A', info: 'Accepted' }] },
    ]);
    expect(listUpdates(null, 0, {}, 10)).toEqual([{ version: 1, kind: 'Full', changes: [] }]);
  });
});
