/** A broken promise of the edge, and the case that showed it. */
export class FuzzFailure extends Error {
  constructor(
    /** Null: it cannot be laid at one case's door. */
    readonly number: number | null,
    what: string,
  ) {
    super(what);
  }
}

/** A message short enough for a report. */
export const excerpt = (text: string): string => (text.length <= 600 ? text : `${text.slice(0, 600)}…`);
