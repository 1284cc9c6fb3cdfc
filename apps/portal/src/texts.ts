import type { CommandRequest, CommandResource, LiveConnector } from './api.js';

export const statusTexts: Readonly<Record<LiveConnector['chargingStatus'], string>> = {
  idle: 'Free',
  connected: 'Connected',
  charging: 'Charging',
  finished: 'Finished',
  error: 'Error',
  'waiting-for-load-balancing': 'Waiting for load balancing',
  'delayed-by-schedule': 'Delayed by schedule',
  'waiting-for-car': 'Waiting for the car',
  unavailable: 'Not available',
  unknown: 'Not known yet',
};

export const commandStateTexts: Readonly<Record<CommandResource['state'], string>> = {
  queued: 'Waiting for the charger',
  sent: 'Sent, waiting for its answer',
  accepted: 'Accepted',
  rejected: 'Rejected by the charger',
  expired: 'Expired: the charger did not take it in time',
  failed: 'Failed',
  dropped: 'Dropped: the right to do this has ended',
  cancelled: 'Taken back before it was sent',
};

export const modeTexts: Readonly<Record<Extract<CommandRequest, { action: 'set-mode' }>['mode'], string>> = {
  balanced: 'Balanced',
  solar: 'Only the sun',
  'solar-with-minimum': 'The sun, never less than the minimum',
  price: 'Cheapest hours before departure',
};

export function describeRequest(request: CommandRequest): string {
  switch (request.action) {
    case 'set-max-current':
      return `Maximum current ${request.current_A} A`;
    case 'set-brightness':
      return `Brightness ${request.brightness_percent} %`;
    case 'set-schedule':
      return request.windows.length === 0 ? 'No schedule' : 'Schedule';
    case 'set-mode':
      return `Mode: ${modeTexts[request.mode]}`;
    case 'set-departure':
      return request.departures.length === 0 ? 'No departure' : `Ready by ${request.departures[0]?.at}`;
    case 'boost':
      return request.until === null ? 'End of boost' : 'Boost';
    case 'set-phases':
      return { automatic: 'Phases as they fit', one: 'On one phase', three: 'On three phases' }[
        request.phases
      ];
    default:
      return request.action;
  }
}

export const isFinal = (state: CommandResource['state']): boolean => state !== 'queued' && state !== 'sent';
