import { describe, expect, it } from '@jest/globals';
import { dataTransfer } from './data-transfer.js';
import { receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';
import { heartbeat } from './heartbeat.js';

const heard = [{ event: { type: 'heard' }, times: { deviceTime: receivedAt, receivedAt } }];

describe('messages that are signs of life', () => {
  it('OCPP 1.6 4.6: Heartbeat tells the time', async () => {
    const { observe, seen } = recordingObserve([]);
    expect(await heartbeat({ observe })({ device, receivedAt, request: {} })).toEqual({
      currentTime: '2026-01-05T08:00:00.000Z',
    });
    expect(seen).toEqual(heard);
  });

  it.each([
    ['unknown.example', { status: 'UnknownVendorId' }],
    ['constructor', { status: 'UnknownVendorId' }],
    ['known.example', { status: 'Accepted', data: 'pong' }],
  ])('OCPP 1.6 4.3: DataTransfer of vendor %s', async (vendorId, answer) => {
    const { observe, seen } = recordingObserve([]);
    const vendors = { 'known.example': async () => ({ status: 'Accepted', data: 'pong' }) };
    expect(await dataTransfer({ observe, vendors })({ device, receivedAt, request: { vendorId } })).toEqual(
      answer,
    );
    expect(seen).toEqual(heard);
  });
});
