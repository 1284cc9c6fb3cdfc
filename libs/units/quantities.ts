declare const unit: unique symbol;
type Quantity<Unit extends string> = number & { readonly [unit]: Unit };

/** Electric current in ampere, root mean square. */
export type Ampere = Quantity<'A'>;
/** Instant as milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMilliseconds = Quantity<'ms since epoch'>;
/** Duration in milliseconds. */
export type Milliseconds = Quantity<'ms'>;

export const ampere = (value: number): Ampere => value as Ampere;
export const epochMilliseconds = (value: number): EpochMilliseconds => value as EpochMilliseconds;
export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => (value * 1_000) as Milliseconds;

/** The instant `duration` after `instant`. */
export const after = (instant: EpochMilliseconds, duration: Milliseconds): EpochMilliseconds =>
  (instant + duration) as EpochMilliseconds;
