/** How far apart the instants lie at which answers leave: far more than the work takes, little to somebody who waits. */
export const invitationStep_ms = 50;
export const codeStep_ms = 200;

/**
 * Does the work and answers, or fails, a multiple of `step_ms` after it was asked: what was found on the way, an account,
 * an organisation, a code that is used up, does not show in the time it took (T1, T2).
 */
export async function evenly<Value>(step_ms: number, work: () => Promise<Value>): Promise<Value> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    const took_ms = performance.now() - startedAt;
    const rest_ms = Math.ceil(took_ms / step_ms) * step_ms - took_ms;
    await new Promise((resolve) => setTimeout(resolve, rest_ms));
  }
}
