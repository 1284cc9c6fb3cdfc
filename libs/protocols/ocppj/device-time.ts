const almostIso = /^(\d{4}-\d{2}-\d{2})[ Tt](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * A date and time as chargers write it: ISO 8601, perhaps with a space for the `T`, without seconds or zone. Without a zone
 * it is UTC, as OCPP 1.6 3.14 and OCPP 2.0.1 ask for, never our own. Undefined: nobody can read it.
 */
export function readDate(text: string): Date | undefined {
  const match = almostIso.exec(text.trim());
  if (!match) return undefined;
  const [, day, time = '', zone = 'Z'] = match;
  const offset = zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = new Date(`${day}T${time.replace(',', '.')}${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * The device's own clock in milliseconds. It is believed only as far as it can be read: a leap second or an impossible
 * date falls back to `receivedAt`, 1970 stays 1970: both times are stored.
 */
export function deviceTimeOf(timestamp: string | undefined, receivedAt: number): number {
  return (timestamp === undefined ? undefined : readDate(timestamp)?.getTime()) ?? receivedAt;
}
