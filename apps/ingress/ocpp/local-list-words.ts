import type { LocalListUpdate } from '#libs/protocols/ocppj/local-list-update.js';
import type { LocalListEntry } from '#libs/store/local-lists.js';

/** How one OCPP version speaks of Local Auth Lists. */
export interface LocalListWords {
  /** The version in an answer to GetLocalListVersion; null: the charger has no such list. */
  versionOf(answer: unknown): number | null;
  payload(update: LocalListUpdate<LocalListEntry>): object;
}

/** Far from where 32 bits end, so that the versions behind it are numbers of OCPP too. */
const highestVersion = 2_000_000_000;

/** The version a station names; null: it has no list, or names what is no version (OCPP 1.6 5.10, OCPP 2.0.1 D02). */
export const believableVersion = (version: unknown): number | null =>
  Number.isInteger(version) && Number(version) >= 0 && Number(version) <= highestVersion
    ? Number(version)
    : null;
