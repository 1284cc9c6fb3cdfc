import { z } from 'zod';
import { problem } from './problems.js';

/** An opaque cursor: where the next page begins, in a form that only we read. */
export const encodeCursor = (list: string, position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([list, ...position])).toString('base64url');

/** Where the page begins; null for the first. A cursor of another list, or not of ours, is a problem, never a guess. */
export function decodeCursor<Position extends readonly z.ZodType[]>(
  list: string,
  position: readonly [...Position],
  cursor: string | undefined,
): { [Index in keyof Position]: z.output<Position[Index]> } | null {
  if (cursor === undefined) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw problem('invalid-cursor');
  }
  const parsed = z.tuple([z.literal(list), ...position]).safeParse(parts);
  if (!parsed.success) throw problem('invalid-cursor');
  return parsed.data.slice(1) as { [Index in keyof Position]: z.output<Position[Index]> };
}

/** One page of `count` items out of `count + 1` that were read. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  count: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, count);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > count && last !== undefined ? cursorOf(last) : null,
  };
}
