/** Where PostgreSQL's `integer` ends, and with it every number that we gave out ourselves. */
const greatest = 2 ** 31 - 1;

/** A number of ours as a device repeats it; null when we cannot have given it out, however absurd it is. */
export const integerId = (number: number | null): number | null =>
  number !== null && Number.isInteger(number) && number > 0 && number <= greatest ? number : null;
