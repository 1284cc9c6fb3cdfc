import { describe, expect, it } from '@jest/globals';
import { parseClaimText, writeClaimText } from './claim-text.js';

const sticker = { serial: 'BB-0001.A', pin: '4711AB' };

describe('NB-70: the text of a QR code', () => {
  it.each([
    'busbar:claim?serial=BB-0001.A&pin=4711AB',
    'BUSBAR:CLAIM?serial=BB-0001.A&pin=4711AB',
    'busbar:claim?pin=4711AB&serial=BB-0001.A',
    'busbar:claim?serial=bb-0001.a&pin=47-11-ab',
    'busbar:claim?serial=BB%2D0001%2EA&pin=47%2011%20AB',
    'busbar:claim?serial=BB-0001.A&pin=4711AB&model=Garage%20One',
    '  busbar:claim?serial=BB-0001.A&pin=4711AB\n',
  ])('%j is read', (text) => {
    expect(parseClaimText(text)).toEqual({ ok: true, value: sticker });
  });

  it.each([
    ['', 'not-a-claim'],
    ['https://busbar.example/claim?serial=BB-0001.A&pin=4711AB', 'not-a-claim'],
    ['busbar://claim?serial=BB-0001.A&pin=4711AB', 'not-a-claim'],
    ['busbar:claim?serial=BB-0001.A&pin=4711AB#more', 'not-a-claim'],
    [`busbar:claim?serial=BB-0001.A&pin=4711AB&x=${'y'.repeat(300)}`, 'not-a-claim'],
    ['busbar:claim?pin=4711AB', 'serial-missing'],
    ['busbar:claim?serial=BB-0001.A&serial=BB-0002.A&pin=4711AB', 'serial-missing'],
    ['busbar:claim?serial=B%00&pin=4711AB', 'serial-missing'],
    ['busbar:claim?serial=BB-0001.A', 'pin-missing'],
    ['busbar:claim?serial=BB-0001.A&pin=12345', 'pin-missing'],
    ['busbar:claim?serial=BB-0001.A&pin=12345678901234567', 'pin-missing'],
  ])('%j is refused: %s', (text, error) => {
    expect(parseClaimText(text)).toEqual({ ok: false, error });
  });

  it('what the factory prints is read again', () => {
    expect(parseClaimText(writeClaimText(sticker))).toEqual({ ok: true, value: sticker });
  });
});
