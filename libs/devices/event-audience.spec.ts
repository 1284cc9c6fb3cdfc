import { expect, it } from '@jest/globals';
import { audienceOf, readableTypes } from './event-audience.js';

it('NB-75, NB-99: who configures the device reads everything, an owner no security, a guest only sessions', () => {
  expect(readableTypes({ ownOnly: false, electrical: true })).toBeNull();
  const owner = readableTypes({ ownOnly: false, electrical: false }) ?? [];
  expect(owner).toContain('fault');
  expect(owner).not.toContain('security-notice');
  // A guest who also configures something does not exist; the narrower word counts.
  for (const electrical of [true, false]) {
    const guest = readableTypes({ ownOnly: true, electrical }) ?? [];
    expect(guest).toContain('transaction-started');
    expect(guest).not.toContain('fault');
    expect(guest).not.toContain('hub-alarm');
  }
});

it('an entry of a type that is not in the table is only for who configures the device', () => {
  expect(audienceOf('something-new')).toBe('electrical');
  expect(readableTypes({ ownOnly: false, electrical: false })).not.toContain('something-new');
});
