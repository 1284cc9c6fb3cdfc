import type { LocalListUpdate } from '#libs/protocols/ocppj/local-list-update.js';
import type { LocalListEntry } from '#libs/store/local-lists.js';

/** How one OCPP version speaks of Local Auth Lists. */
export interface LocalListWords {
  /** The version in an answer to GetLocalListVersion; null: the charger has no such list. */
  versionOf(answer: unknown): number | null;
  payload(update: LocalListUpdate<LocalListEntry>): object;
}
