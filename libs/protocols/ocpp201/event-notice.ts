import type { Notice } from '#libs/devices/device-event.js';
import type { EventData } from './report-payloads.js';
import { variableKey } from './variable-key.js';

/** Severities as OCPP 2.0.1 N07 counts them. */
const alert = 5;
const informational = 8;

/**
 * What an event tells people (N07); null when it only reports a value, as monitors with Delta and Periodic do all the time
 * (N08). `monitorSeverity` is the one the monitor was set with, where it is known.
 */
export function eventNotice(event: EventData, monitorSeverity: number | undefined): Notice | null {
  if (event.trigger !== 'Alerting') return null;
  const severity = event.severity ?? monitorSeverity ?? alert;
  return {
    type: 'notice',
    topic: 'device',
    code: variableKey(event),
    // The end of a breach is good news, however severe the breach was.
    severity: event.cleared === true ? informational : Math.min(Math.max(Math.round(severity), 0), 9),
    detail: {
      eventId: event.eventId,
      value: event.actualValue,
      ...(event.cleared === undefined ? {} : { cleared: event.cleared }),
      ...(event.techCode === undefined ? {} : { techCode: event.techCode }),
      ...(event.techInfo === undefined ? {} : { techInfo: event.techInfo }),
    },
  };
}
