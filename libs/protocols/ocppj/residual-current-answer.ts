/** What a charger tells of a test of its residual-current device (NB-74). */
export interface ResidualCurrentAnswer {
  readonly passed: boolean;
  readonly trip_ms: number | null;
  readonly current_mA: number | null;
}

const measured = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 1e6 ? value : null;

/**
 * Reads the data of a DataTransfer answer (OCPP 1.6 6.24, OCPP 2.0.1 P01): JSON as text, or as it is in OCPP 2.0.1, with
 * `result` passed or failed, `trip_ms` and `current_mA`. Null: it holds no result.
 */
export function residualCurrentAnswer(answer: unknown): ResidualCurrentAnswer | null {
  const told = parsed((answer as { data?: unknown } | null)?.data) as {
    result?: unknown;
    trip_ms?: unknown;
    current_mA?: unknown;
  } | null;
  if (told?.result !== 'passed' && told?.result !== 'failed') return null;
  return {
    passed: told.result === 'passed',
    trip_ms: measured(told.trip_ms),
    current_mA: measured(told.current_mA),
  };
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data ?? null;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return null;
  }
}
