import { describe, expect, it } from '@jest/globals';
import type { CommandRequest } from '#libs/contracts/command.js';
import { isKeptHere, keptHereReason } from './kept-here.js';

describe('commands that are carried out without the charger', () => {
  it.each<CommandRequest>([
    { action: 'set-schedule', windows: [] },
    { action: 'set-mode', mode: 'price' },
    { action: 'set-departure', departures: [], energy_kWh: null },
    { action: 'boost', until: null },
    { action: 'set-priority', priority: 1 },
    { action: 'set-phases', phases: 'one' },
    { action: 'set-goal', transactionId: 1, departure: null, energy_kWh: 5 },
  ])('%j needs nothing on the wire and says why', (request) => {
    if (!isKeptHere(request)) throw new Error('it would go to the charger');
    expect(keptHereReason(request.action)).toMatch('load balancing');
  });

  it('a reset does', () => {
    expect(isKeptHere({ action: 'reset', type: 'Soft' })).toBe(false);
  });
});
