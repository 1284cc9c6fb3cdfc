import { Charger } from '../charger.js';
import type { Protocol } from '../protocol.js';
import { chargerOptions } from './charger-bench.js';

export interface SimulatedStation {
  readonly charger: Charger;
  /** What the edge asked of it, and what it was answered, by action. */
  answersTo(action: string): unknown[];
  requestsOf(action: string): unknown[];
  stop(): Promise<void>;
}

/** A simulated charger at the edge, its cars twenty times faster than life. */
export function simulate(
  protocol: Protocol,
  port: number,
  device: { readonly identity: string; readonly secret: string },
): SimulatedStation {
  const { identity, secret } = device;
  const charger = new Charger({
    ...chargerOptions(protocol, port),
    identity,
    secret,
    ocppUrl: `ws://127.0.0.1:${port}/ocpp`,
  });
  charger.start();
  const ticker = setInterval(() => charger.tick(0.2), 10);
  const received = (action: string) =>
    charger.record.calls.filter((call) => call.action === action && call.direction === 'received');
  return {
    charger,
    answersTo: (action) => received(action).map(({ answer }) => answer),
    requestsOf: (action) => received(action).map(({ payload }) => payload),
    stop: async () => {
      clearInterval(ticker);
      await charger.stop();
    },
  };
}
