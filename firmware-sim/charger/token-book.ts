/** What the central system thinks of a card. Status words are those of the edition in use. */
export interface TokenEntry {
  readonly status: string;
  /** From this instant the entry counts for nothing; null: it stays. */
  readonly expires_ms: number | null;
  /** Cards of one group stop each other's transactions; null: it belongs to none. */
  readonly group: string | null;
}

export interface ListChange {
  readonly token: string;
  /** Null takes the card off the list (differential updates only). */
  readonly entry: TokenEntry | null;
}

/** The list the central system keeps on the charger (OCPP 1.6 3.5.2 and 5.13, OCPP 2.0.1 D01, D02). */
export class LocalList {
  version = 0;
  private readonly entries = new Map<string, TokenEntry>();

  get size(): number {
    return this.entries.size;
  }

  find(token: string): TokenEntry | null {
    return this.entries.get(token) ?? null;
  }

  clear(): void {
    this.entries.clear();
    this.version = 0;
  }

  /** A differential update must raise the version (D01.FR.06); one that does not fit changes nothing. */
  update(
    type: 'Full' | 'Differential',
    version: number,
    changes: readonly ListChange[],
    maximum: number,
  ): 'Accepted' | 'Failed' | 'VersionMismatch' {
    if (version <= 0) return 'Failed';
    if (type === 'Differential' && version <= this.version) return 'VersionMismatch';
    const next = new Map(type === 'Full' ? [] : this.entries);
    for (const { token, entry } of changes) {
      // A full list with the same card twice, or with a card without a verdict, is not a list.
      if (type === 'Full' && (entry === null || next.has(token))) return 'Failed';
      if (entry) next.set(token, entry);
      else next.delete(token);
    }
    if (next.size > maximum) return 'Failed';
    this.entries.clear();
    for (const [token, entry] of next) this.entries.set(token, entry);
    this.version = version;
    return 'Accepted';
  }
}

/** What the central system answered lately (OCPP 1.6 3.5.1, OCPP 2.0.1 C10 to C12); it survives reboots. */
export class AuthorizationCache {
  private readonly entries = new Map<string, TokenEntry>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  find(token: string, now_ms: number): TokenEntry | null {
    const entry = this.entries.get(token);
    return entry && (entry.expires_ms === null || now_ms < entry.expires_ms) ? entry : null;
  }

  remember(token: string, entry: TokenEntry): void {
    this.entries.delete(token);
    this.entries.set(token, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.capacity && oldest !== undefined) this.entries.delete(oldest);
  }

  forget(token: string): boolean {
    return this.entries.delete(token);
  }

  clear(): void {
    this.entries.clear();
  }
}

export interface AuthorizationRules {
  readonly localList: boolean;
  readonly cache: boolean;
  /** Trust the charger's own books without asking while there is a connection. */
  readonly preAuthorize: boolean;
  readonly offline: boolean;
  readonly unknownOffline: boolean;
}

/** `ask`: only the central system can say. */
export type LocalVerdict = 'accepted' | 'refused' | 'ask';

/**
 * What the charger decides about a card on its own. The list outranks the cache (3.5.2). Online a refusal in the books is
 * asked again, since the central system may have changed its mind (C12.FR.05, C14.FR.02).
 */
export function judgeLocally(
  token: string,
  list: LocalList,
  cache: AuthorizationCache,
  rules: AuthorizationRules,
  online: boolean,
  now_ms: number,
): LocalVerdict {
  const listed = rules.localList ? list.find(token) : null;
  const expired = listed?.expires_ms !== null && listed !== null && now_ms >= (listed.expires_ms ?? Infinity);
  const entry = listed ?? (rules.cache ? cache.find(token, now_ms) : null);
  const good = entry !== null && entry.status === 'Accepted' && !expired;
  if (online) return rules.preAuthorize && good ? 'accepted' : 'ask';
  if (rules.offline && entry) return good ? 'accepted' : 'refused';
  return rules.unknownOffline && !entry ? 'accepted' : 'refused';
}
