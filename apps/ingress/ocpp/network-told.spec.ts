import { describe, expect, it } from '@jest/globals';
import { networkMedium, networkTold } from './network-told.js';

const keys = { mediumKey: 'NetMode', ssidKey: 'WifiName', passphraseKey: 'WifiKey' };

describe('NB-64: how a charger reaches the internet', () => {
  it.each([
    ['wifi', 'wifi'],
    ['Wi-Fi', 'wifi'],
    [' LTE', 'mobile'],
    ['4G', 'mobile'],
    ['LAN', 'ethernet'],
    ['None', 'none'],
    ['carrier pigeon', null],
    ['', null],
    [undefined, null],
  ])('%j is %s', (value, medium) => {
    expect(networkMedium(value)).toBe(medium);
  });

  it('is told by what set it and by what asked for it', () => {
    expect(networkTold({ action: 'set-network', medium: 'mobile' }, null, keys)).toBe('mobile');
    const asked = { action: 'get-configuration', keys: [] } as const;
    expect(networkTold({ ...asked, keys: [] }, { NetMode: 'wlan' }, keys)).toBe('wifi');
    expect(networkTold({ ...asked, keys: [] }, { Other: 'wlan' }, keys)).toBeNull();
    expect(networkTold({ action: 'clear-cache' }, null, keys)).toBeNull();
  });
});
