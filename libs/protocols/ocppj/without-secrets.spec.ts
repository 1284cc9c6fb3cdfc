import { describe, expect, it } from '@jest/globals';
import { withoutSecrets } from './without-secrets.js';

describe('T10: what a charger tells of its configuration holds no secret', () => {
  it('OCPP 1.6 6.24', () => {
    const configurationKey = [
      { key: 'NetworkSsid', readonly: false, value: 'Garage' },
      { key: 'networkpassphrase', readonly: false, value: 'hunter2hunter2' },
      { key: 'AuthorizationKey', readonly: false, value: 'ab' },
    ];
    expect(withoutSecrets({ configurationKey }, ['NetworkPassphrase'])).toEqual({
      configurationKey: [
        { key: 'NetworkSsid', readonly: false, value: 'Garage' },
        { key: 'networkpassphrase', readonly: false },
        { key: 'AuthorizationKey', readonly: false },
      ],
    });
  });

  it('OCPP 2.0.1 B06', () => {
    const of = (name: string) => ({
      attributeStatus: 'Accepted',
      attributeValue: 'x',
      component: { name: 'NetworkCtrlr' },
      variable: { name },
    });
    const hidden = { attributeStatus: 'Accepted', component: { name: 'NetworkCtrlr' } };
    expect(
      withoutSecrets(
        { getVariableResult: [of('NetworkSsid'), of('NetworkPassphrase'), of('BasicAuthPassword')] },
        ['NetworkCtrlr.NetworkPassphrase'],
      ),
    ).toEqual({
      getVariableResult: [
        of('NetworkSsid'),
        { ...hidden, variable: { name: 'NetworkPassphrase' } },
        { ...hidden, variable: { name: 'BasicAuthPassword' } },
      ],
    });
  });

  it.each([null, 'text', 7, [], {}])('%j stays what it is', (answer) => {
    expect(withoutSecrets(answer, ['NetworkPassphrase'])).toEqual(answer);
  });
});
