import { connectStation } from '../../harness-charger.js';
import type { SeededDevice } from '../../ingress-harness.js';
import type { BareEcho } from './bare-echo.js';
import { FuzzFailure } from './failure.js';
import { isTooLong } from './patience.js';

export interface GoodStation {
  readonly answered: number;
  readonly slowest_ms: number;
  /** Rejects when an answer was late or wrong. */
  stop(): Promise<void>;
}

/** A good OCPP 1.6 station, somebody else's client in strict mode, that charges all the while. */
export async function goodStation(
  port: number,
  device: SeededDevice,
  echo: Pick<BareEcho, 'slowestSince_ms'>,
  failed: (failure: FuzzFailure) => void,
): Promise<GoodStation> {
  const client = await connectStation(port, device, ['ocpp1.6']);
  const state = { answered: 0, slowest_ms: 0, stopped: false };
  const call = async (action: string, payload: Record<string, unknown>): Promise<unknown> => {
    const asked = performance.now();
    const answer: unknown = await client.call(action, payload);
    const waited_ms = performance.now() - asked;
    const echo_ms = echo.slowestSince_ms(asked);
    state.slowest_ms = Math.max(state.slowest_ms, waited_ms);
    state.answered++;
    if (isTooLong(waited_ms, echo_ms))
      throw new Error(
        `a good station waited ${Math.round(waited_ms)} ms for its ${action}, a bare echo ${Math.round(echo_ms)} ms`,
      );
    return answer;
  };
  const live = async (): Promise<void> => {
    await call('BootNotification', { chargePointVendor: 'Nordlys', chargePointModel: 'One' });
    for (let round = 0; !state.stopped; round++) {
      const timestamp = new Date().toISOString();
      const start = { connectorId: 1, idTag: 'CARD-1', meterStart: round, timestamp };
      const { transactionId } = (await call('StartTransaction', start)) as { transactionId: number };
      for (let beat = 0; beat < 20 && !state.stopped; beat++) {
        await call('Heartbeat', {});
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await call('StopTransaction', { transactionId, meterStop: round, timestamp });
    }
  };
  const living = live().catch((error: Error) => failed(new FuzzFailure(null, error.message)));
  return {
    get answered() {
      return state.answered;
    },
    get slowest_ms() {
      return state.slowest_ms;
    },
    stop: async () => {
      state.stopped = true;
      await living;
      await client.close({ force: true });
    },
  };
}
