import { useState } from 'react';

export interface Attempts {
  readonly problem: Error | null;
  /** Something is under way: a second press does nothing new. */
  readonly busy: boolean;
  /** Runs the work and then what follows it; keeps the problem of either. Answers whether all went well. */
  readonly attempt: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** What a person does on a page: one thing at a time, with its problem shown. @param after e.g. reads the list anew */
export function useAttempt(after: () => Promise<unknown>): Attempts {
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    setBusy(true);
    try {
      await work();
      await after();
      return true;
    } catch (error) {
      setProblem(error as Error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { problem, busy, attempt };
}
