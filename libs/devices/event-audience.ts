/**
 * Who may read which entry of a device's event list (NB-75, NB-99). `own`: also a guest, of the sessions he began himself;
 * `readers`: whoever has the event list; `electrical`: only who configures the device, because it tells of its security,
 * its network or how it is built in.
 */
export type EventAudience = 'own' | 'readers' | 'electrical';

const audiences: Readonly<Record<string, EventAudience>> = {
  'transaction-started': 'own',
  'transaction-ended': 'own',
  'charging-paused': 'own',
  'charging-resumed': 'own',
  'limit-changed': 'own',
  connected: 'readers',
  disconnected: 'readers',
  booted: 'readers',
  fault: 'readers',
  'fault-cleared': 'readers',
  'firmware-notice': 'readers',
  'smart-charging-notice': 'readers',
  'transaction-notice': 'readers',
  'car-notice': 'readers',
  'reservation-notice': 'readers',
  'local-list-notice': 'readers',
  'external-limit-notice': 'readers',
  'hub-alarm': 'readers',
  'hub-restore': 'readers',
  'hub-tamper': 'readers',
  'hub-fault': 'readers',
  'hub-arming': 'readers',
  'hub-information': 'readers',
  'limit-rejected': 'electrical',
  'security-notice': 'electrical',
  'certificate-notice': 'electrical',
  'log-notice': 'electrical',
  'report-notice': 'electrical',
  'device-notice': 'electrical',
  'deviation-notice': 'electrical',
};

/** A type that nobody put into the table is for those who see everything. */
export const audienceOf = (type: string): EventAudience => audiences[type] ?? 'electrical';

/** The types somebody may read; null: every type, also those to come. */
export function readableTypes(reader: {
  readonly ownOnly: boolean;
  readonly electrical: boolean;
}): readonly string[] | null {
  if (reader.electrical && !reader.ownOnly) return null;
  return Object.keys(audiences).filter((type) => {
    const audience = audienceOf(type);
    return audience === 'own' || (audience === 'readers' && !reader.ownOnly);
  });
}
