/**
 * What the fill knows of departures. Laxity is the time a car could stand idle and still be ready: time to departure minus
 * what is missing at full current. The fill raises the least lax first, smoothed (Chen, Jin, Low: Smoothed Least-Laxity-First).
 */
export interface Departures {
  /** Level at which a car leaves its minimum, above what its weight asks, ampere. */
  readonly offset_A: Float64Array;
  /** Mean current that makes a car ready in time; all it can take when it says nothing of leaving. */
  readonly needed_A: Float64Array;
  /** What is still missing, ampere hours; 0 when unknown. */
  readonly missing_Ah: Float64Array;
  /** 1 when the car can hardly wait any more. */
  readonly critical: Uint8Array;
}

export function noDepartures(connectorCount: number): Departures {
  return {
    offset_A: new Float64Array(connectorCount),
    needed_A: new Float64Array(connectorCount),
    missing_Ah: new Float64Array(connectorCount),
    critical: new Uint8Array(connectorCount),
  };
}
