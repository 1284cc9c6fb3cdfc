/** Resolves when it is told to end, or after so much real time; null: only when told. */
export function ended(end: AbortSignal, duration_s: number | null): Promise<void> {
  return new Promise((resolve) => {
    if (end.aborted) return resolve();
    const timer = duration_s === null ? null : setTimeout(resolve, duration_s * 1_000);
    end.addEventListener(
      'abort',
      () => {
        if (timer) clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
