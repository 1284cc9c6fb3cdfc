import type { Connector } from '../connector.js';

export type AvailabilityState = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

/** OCPP 2.0.1 has one word for everything that happens while a car is there; the transaction tells the rest. */
export function availability(connector: Connector): AvailabilityState {
  const status = connector.status();
  switch (status) {
    case 'Available':
    case 'Reserved':
    case 'Unavailable':
    case 'Faulted':
      return status;
    default:
      return 'Occupied';
  }
}
