import { describe, expect, it } from '@jest/globals';
import { encodeCall, encodeError, encodeResult, parseFrame } from './frame.js';

describe('OCPP 1.6J 4.2 frames', () => {
  it('reads what it writes', () => {
    expect(parseFrame(encodeCall('1', 'Reset', { type: 'Soft' }))).toEqual({
      kind: 'call',
      messageId: '1',
      action: 'Reset',
      payload: { type: 'Soft' },
    });
    expect(parseFrame(encodeResult('1', {}))).toEqual({ kind: 'result', messageId: '1', payload: {} });
    expect(parseFrame(encodeError('1', 'GenericError', 'why'))).toEqual({
      kind: 'error',
      messageId: '1',
      code: 'GenericError',
      description: 'why',
      details: {},
    });
  });

  it.each([
    ['', 'json', null],
    ['{', 'json', null],
    ['{}', 'shape', null],
    ['null', 'shape', null],
    ['[]', 'shape', null],
    ['[2]', 'shape', null],
    ['[2,5,"Reset",{}]', 'shape', null],
    ['[2,"","Reset",{}]', 'shape', null],
    [`[2,"${'x'.repeat(37)}","Reset",{}]`, 'shape', null],
    ['[5,"a",{}]', 'shape', null],
    ['[3,"a"]', 'shape', null],
    ['[2,"a","Reset"]', 'shape', 'a'],
    ['[2,"a",7,{}]', 'shape', 'a'],
    ['[2,"a","Reset",{},1]', 'shape', 'a'],
  ])('%s is malformed: %s, answerable to %p', (text, why, messageId) => {
    expect(parseFrame(text)).toEqual({ kind: 'malformed', why, messageId });
  });

  it('4.2.3: an error of a sloppy charger still ends its call', () => {
    expect(parseFrame('[4,"a","Oops"]')).toMatchObject({ kind: 'error', code: 'Oops', description: '' });
    expect(parseFrame('[4,"a",null,null,null]')).toMatchObject({ kind: 'error', code: 'GenericError' });
  });

  it('takes out what PostgreSQL cannot keep and nothing else', () => {
    const text = String.raw`[2,"a","Authorize",{"idTag":"A\u0000B\ud800C\ud83d\ude00"}]`;
    expect(parseFrame(text)).toMatchObject({ payload: { idTag: 'AB\ufffdC\u{1f600}' } });
  });
});
