import type { Booted } from '#libs/devices/device-event.js';
import type { BootNotificationRequest } from './payloads.js';

/** OCPP 2.0.1 B01. */
export function bootedEvent({ chargingStation }: BootNotificationRequest): Booted {
  return {
    type: 'booted',
    vendor: chargingStation.vendorName,
    model: chargingStation.model,
    serialNumber: chargingStation.serialNumber,
    firmwareVersion: chargingStation.firmwareVersion,
  };
}
