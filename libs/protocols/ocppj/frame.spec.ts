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

  it('takes it out of the names of fields too, which custom data may choose freely (OCPP 2.0.1 part 1, 4)', () => {
    const text = String.raw`[2,"a","Heartbeat",{"customData":{"vendorId":"v","\u0000\ud800x":[{"\u0000":1}]}}]`;
    expect(parseFrame(text)).toMatchObject({
      payload: { customData: { vendorId: 'v', '\ufffdx': [{ '': 1 }] } },
    });
  });

  it('4.1.4: leaves the message id as its sender wrote it', () => {
    const text = String.raw`[2,"a\u0000\ud800","Authorize",{"idTag":"\u0000"}]`;
    expect(parseFrame(text)).toMatchObject({ messageId: 'a\u0000\ud800', payload: { idTag: '' } });
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('reads a payload that nests %s 10,000 times as null instead of exhausting the stack', (open, close) => {
    const payload = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
    expect(parseFrame(`[2,"a","Heartbeat",${payload}]`)).toMatchObject({ messageId: 'a', payload: null });
    expect(parseFrame(`[2,"a","Heartbeat",{"\\u0000":${payload}}]`)).toMatchObject({ payload: null });
    expect(parseFrame(`[3,"a",${payload}]`)).toMatchObject({ kind: 'result', payload: null });
  });

  it('reads what nests as deep as any message does', () => {
    const payload = `${'['.repeat(60)}1${']'.repeat(60)}`;
    expect(JSON.stringify(parseFrame(`[3,"a",${payload}]`))).toContain(payload);
  });
});
