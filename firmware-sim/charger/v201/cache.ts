import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';

/** OCPP 2.0.1 C11. */
export function clearCache({ station }: Charger201): Answer {
  if (!station.configuration.isTrue('AuthorizationCacheEnabled')) return { status: 'Rejected' };
  station.cache.clear();
  return { status: 'Accepted' };
}
