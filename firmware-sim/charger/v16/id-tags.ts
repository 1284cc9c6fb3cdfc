import type { TokenEntry } from '../token-book.js';

/** OCPP 1.6 7.27 IdTagInfo. */
export interface IdTagInfo {
  readonly status: string;
  readonly expiryDate?: string;
  readonly parentIdTag?: string;
}

export function tokenEntry({ status, expiryDate, parentIdTag }: IdTagInfo): TokenEntry {
  return {
    status,
    expires_ms: expiryDate === undefined ? null : Date.parse(expiryDate),
    group: parentIdTag ?? null,
  };
}
