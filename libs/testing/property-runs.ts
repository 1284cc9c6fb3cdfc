/**
 * How many examples a property tries: as many as asked for, but no more than `BUSBAR_PROPERTY_RUNS` when that is set. Only
 * the mutation runs set it (tools/mutation-runner.mjs): what one of thousands of examples finds, they look for again for
 * each of thousands of mutants.
 */
export function propertyRuns(wanted: number): number {
  const most = Number(process.env['BUSBAR_PROPERTY_RUNS'] ?? Number.POSITIVE_INFINITY);
  return Math.min(wanted, most);
}
