import { describe, expect, it } from '@jest/globals';
import { evScheduleNotice, firmwareNotice, securityNotice } from '#libs/protocols/ocpp201/notices.js';
import { receivedAt, recordingObserve, testDevice as device } from '../../v16/handlers/handler-fakes.js';
import { noticed } from './noticed.js';

describe('notifications', () => {
  it("OCPP 2.0.1 A04: on the bus before the answer, at the station's time where it names one", async () => {
    const { observe, seen } = recordingObserve([]);
    const request = { type: 'ResetOrReboot', timestamp: '1970-01-01T00:00:09Z' };
    expect(await noticed({ observe }, securityNotice, {})({ device, receivedAt, request })).toEqual({});
    expect(seen).toMatchObject([
      { event: { topic: 'security', code: 'ResetOrReboot' }, times: { deviceTime: 9_000, receivedAt } },
    ]);
  });

  it('OCPP 2.0.1 L01: at ours where it names none', async () => {
    const { observe, seen } = recordingObserve([]);
    await noticed({ observe }, firmwareNotice, {})({ device, receivedAt, request: { status: 'Installed' } });
    expect(seen[0]?.times).toEqual({ deviceTime: receivedAt, receivedAt });
  });

  it('OCPP 2.0.1 K15: a plan of the car within our limits is accepted', async () => {
    const { observe } = recordingObserve([]);
    const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [] };
    const request = { evseId: 1, timeBase: '2026-01-05T08:00:00Z', chargingSchedule };
    const handle = noticed({ observe }, evScheduleNotice, { status: 'Accepted' });
    expect(await handle({ device, receivedAt, request })).toEqual({ status: 'Accepted' });
  });

  it('is not answered when the bus does not take it', async () => {
    const handle = noticed({ observe: () => Promise.reject(new Error('bus is away')) }, firmwareNotice, {});
    await expect(handle({ device, receivedAt, request: { status: 'Idle' } })).rejects.toThrow('bus is away');
  });
});
