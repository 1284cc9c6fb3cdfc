import { describe, expect, it } from '@jest/globals';
import { bootedEvent } from './boot-notification.js';
import { deviceTimeOf } from '../ocppj/device-time.js';
import { connectorStatusEvent } from './status-notification.js';

describe('BootNotification and StatusNotification -> events', () => {
  it('OCPP 1.6 6.3: the charge box serial number stands in for a missing charge point one', () => {
    const request = { chargePointVendor: 'V', chargePointModel: 'M', chargeBoxSerialNumber: 'S' };
    expect(bootedEvent(request)).toEqual({
      type: 'booted',
      vendor: 'V',
      model: 'M',
      serialNumber: 'S',
      firmwareVersion: undefined,
    });
    expect(bootedEvent({ ...request, chargePointSerialNumber: 'P' }).serialNumber).toBe('P');
  });

  it("OCPP 1.6 6.47: the vendor's own code is kept with the text, empty text is none", () => {
    const request = { connectorId: 1, errorCode: 'OtherError', status: 'Faulted' as const };
    expect(connectorStatusEvent({ ...request, info: 'relay', vendorErrorCode: 'E7' })).toEqual({
      type: 'connector-status',
      connector: 1,
      status: 'Faulted',
      errorCode: 'OtherError',
      information: 'relay / E7',
    });
    expect(connectorStatusEvent({ ...request, info: '' }).information).toBeUndefined();
  });

  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-05T09:00:00+01:00', Date.UTC(2026, 0, 5, 8)],
    ['2026-06-30T23:59:60Z', 42],
    [undefined, 42],
  ])('device time %p is %p', (text, expected) => {
    expect(deviceTimeOf(text, 42)).toBe(expected);
  });
});
