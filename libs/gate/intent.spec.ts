import { describe, expect, it } from '@jest/globals';
import { unfit } from './intent.js';

const set = (key: string) => unfit({ action: 'change-configuration', key, value: 'x' }, 'charger');

describe('T10: no credential by command', () => {
  it.each([
    'AuthorizationKey',
    'SECURITYPROFILE',
    'SecurityCtrlr.BasicAuthPassword',
    'securityctrlr.basicauthpassword',
    'SecurityCtrlr[main].SecurityProfile',
    'SecurityCtrlr.BasicAuthPassword[a]',
    'SecurityCtrlr.BasicAuthPassword@1.2',
  ])('%s is protected', (key) => {
    expect(set(key)).toBe('protected-key');
  });

  it.each(['HeartbeatInterval', 'OCPPCommCtrlr.HeartbeatInterval', 'SecurityCtrlr.Identity', 'A.B@1'])(
    '%s is not',
    (key) => {
      expect(set(key)).toBeNull();
    },
  );
});
