import { describe, expect, it } from '@jest/globals';
import { schemasOf } from './schema.js';

const { actions, checkRequest, checkResponse } = schemasOf('ocpp1.6');

describe('OCPP 1.6 schemas', () => {
  it('knows the actions of both directions and no others', () => {
    expect(actions.has('Heartbeat')).toBe(true);
    expect(actions.has('SetChargingProfile')).toBe(true);
    expect(actions.has('NotifyReport')).toBe(false);
    expect(actions.has('__proto__')).toBe(false);
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

  it.each(['ocpp2.0.1', 'ocpp2.1'] as const)('part 4, 4.3: %s spells its codes rightly', (version) => {
    const second = schemasOf(version);
    expect(second.actions.has('TransactionEvent')).toBe(true);
    expect(second.actions.has('StartTransaction')).toBe(false);
    expect(second.checkRequest('Authorize', {})?.code).toBe('OccurrenceConstraintViolation');
    expect(second.checkRequest('Authorize', 'text')?.code).toBe('FormatViolation');
    expect(second.checkResponse('Heartbeat', { currentTime: '2026-01-05T08:00:00Z' })).toBeNull();
  });
});
