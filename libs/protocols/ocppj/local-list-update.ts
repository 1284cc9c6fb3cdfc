import { isDeepStrictEqual } from 'node:util';

/** One change of a Local Auth List; no info removes the token. */
export interface LocalListChange<Info> {
  readonly token: string;
  readonly info: Info | null;
}

export interface LocalListUpdate<Info> {
  readonly version: number;
  readonly kind: 'Full' | 'Differential';
  readonly changes: readonly LocalListChange<Info>[];
}

type Entries<Info> = Readonly<Record<string, Info>>;

/** What leads from one list to another, tokens in alphabetical order. */
export function listChanges<Info>(from: Entries<Info>, to: Entries<Info>): LocalListChange<Info>[] {
  const tokens = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return tokens.flatMap((token): LocalListChange<Info>[] => {
    const [before, after] = [from[token], to[token]];
    if (after === undefined) return [{ token, info: null }];
    return before !== undefined && isDeepStrictEqual(before, after) ? [] : [{ token, info: after }];
  });
}

/**
 * The SendLocalList calls that bring a charger to `target`, at most `most` tokens each (SendLocalListMaxLength), each with a
 * version of its own behind `version`. From a list we know they are differential; otherwise the first one replaces
 * everything (OCPP 1.6 5.15, OCPP 2.0.1 D01). None: it holds that list already.
 */
export function listUpdates<Info>(
  known: { readonly version: number; readonly entries: Entries<Info> } | null,
  version: number,
  target: Entries<Info>,
  most: number,
): LocalListUpdate<Info>[] {
  const isKnown = known !== null && known.version === version;
  const changes = listChanges(isKnown ? known.entries : {}, target);
  if (isKnown && changes.length === 0) return [];
  // A version of 0 says that there is no list (OCPP 1.6 5.10), so the first one is 1.
  const base = Math.max(0, version);
  const parts = Math.max(1, Math.ceil(changes.length / most));
  return Array.from({ length: parts }, (_, index) => ({
    version: base + index + 1,
    kind: !isKnown && index === 0 ? ('Full' as const) : ('Differential' as const),
    changes: changes.slice(index * most, (index + 1) * most),
  }));
}

/** The list after an update. */
export function afterUpdate<Info>(entries: Entries<Info>, update: LocalListUpdate<Info>): Entries<Info> {
  const next: Record<string, Info> = update.kind === 'Full' ? {} : { ...entries };
  for (const { token, info } of update.changes) {
    if (info === null) delete next[token];
    else next[token] = info;
  }
  return next;
}
