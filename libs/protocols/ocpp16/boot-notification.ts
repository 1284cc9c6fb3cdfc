import type { Booted } from '#libs/devices/device-event.js';
import type { BootNotificationRequest } from './payloads.js';

/** OCPP 1.6 6.3. The charge point's serial number is the one on its label; the deprecated charge box one stands in for it. */
export function bootedEvent(request: BootNotificationRequest): Booted {
  return {
    type: 'booted',
    vendor: request.chargePointVendor,
    model: request.chargePointModel,
    serialNumber: request.chargePointSerialNumber ?? request.chargeBoxSerialNumber,
    firmwareVersion: request.firmwareVersion,
  };
}
