import { describe, expect, it } from '@jest/globals';
import { hubMachine } from './hub-machine.js';
import { tellMachine, type Machine } from './machine.js';
import { portalMachine } from './portal-machine.js';
import { shareMachine } from './share-machine.js';

/** Tells histories and answers how often each word was agreed upon; fails with the shortest one that disagrees. */
function agree<Event>(machine: Machine<Event>, histories: number): Map<string, number> {
  const tally = new Map<string, number>();
  for (let index = 0; index < histories; index++) {
    expect(tellMachine(machine, 7, index, 30, tally)).toBeNull();
  }
  return tally;
}

describe('the machines against the rules read naively', () => {
  it('CS-12, CS-14, CS-44, CS-47, 5C: a request for a share', () => {
    const tally = agree(shareMachine, 1_000);
    const words =
      'requested to-evaluate rejected withdrawn approved preparing available processing processed failed revoked refused';
    for (const word of words.split(' ')) expect([word, (tally.get(word) ?? 0) > 20]).toEqual([word, true]);
  });

  it('CP-08, CP-10, CP-12, CP-14, CP-16, CP-19, CP-20, T1, T3, 5G: authorisation codes', () => {
    const tally = agree(portalMachine, 1_000);
    const words = ['open', 'closed', 'refused', 'opened all', 'opened installation 1', 'version 3'];
    for (const word of words) expect([word, (tally.get(word) ?? 0) > 20]).toEqual([word, true]);
  });

  it('AJ-39, AJ-42: a professional’s way to the settings of a hub', () => {
    const tally = agree(hubMachine, 1_000);
    for (const word of 'open closed refused requested expired approved declined withdrawn'.split(' '))
      expect([word, (tally.get(word) ?? 0) > 20]).toEqual([word, true]);
  });
});
