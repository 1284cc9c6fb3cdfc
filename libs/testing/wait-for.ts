/** Resolves with the first truthy answer of `condition`, asked every 10 ms; rejects with `what` after `timeout_ms`. */
export async function waitFor<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  timeout_ms = 10_000,
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + timeout_ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeout_ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
