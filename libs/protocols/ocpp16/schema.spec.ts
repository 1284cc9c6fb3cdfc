import { describe, expect, it } from '@jest/globals';
import { checkRequest, checkResponse, isOcpp16Action } from './schema.js';

describe('OCPP 1.6 schemas', () => {
  it('knows the actions of both directions and no others', () => {
    expect(isOcpp16Action('Heartbeat')).toBe(true);
    expect(isOcpp16Action('SetChargingProfile')).toBe(true);
    expect(isOcpp16Action('NotifyReport')).toBe(false);
    expect(isOcpp16Action('__proto__')).toBe(false);
  });

  it.each([
    ['Authorize', { idTag: 'A' }, null],
    ['Authorize', {}, 'OccurenceConstraintViolation'],
    ['Authorize', { idTag: 1 }, 'TypeConstraintViolation'],
    ['Authorize', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
    ['Authorize', { idTag: 'A', secret: 'hunter2' }, 'FormationViolation'],
    ['Authorize', 'text', 'FormationViolation'],
    ['Authorize', null, 'FormationViolation'],
    [
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status: 'Flying' },
      'PropertyConstraintViolation',
    ],
    [
      'StartTransaction',
      { connectorId: 1, idTag: 'A', meterStart: 1, timestamp: 'yesterday' },
      'PropertyConstraintViolation',
    ],
  ])('OCPP 1.6J 4.2.3: %s %j -> %p', (action, payload, code) => {
    const refusal = checkRequest(action, payload);
    expect(refusal?.code ?? null).toBe(code);
    expect(refusal?.description ?? '').not.toMatch(/hunter2|yesterday|Flying|xxx/);
  });

  it('judges answers too', () => {
    expect(checkResponse('Reset', { status: 'Accepted' })).toBeNull();
    expect(checkResponse('Reset', { status: 'Maybe' })?.code).toBe('PropertyConstraintViolation');
  });
});
