import { connectAsync } from 'mqtt';
import type { SeededDevice } from '../../ingress-harness.js';
import type { BareEcho } from '../../ocpp/fuzz/bare-echo.js';
import { FuzzFailure } from '../../ocpp/fuzz/failure.js';
import { isTooLong } from '../../ocpp/fuzz/patience.js';

export interface GoodDevice {
  readonly answered: number;
  stop(): Promise<void>;
}

/** A good Zen or hub, by somebody else's client, that tells something all the while and wants its PUBACK in time. */
export async function goodDevice(
  port: number,
  device: SeededDevice,
  said: { readonly uplink: string; readonly body: (round: number) => object },
  echo: Pick<BareEcho, 'slowestSince_ms'>,
  failed: (failure: FuzzFailure) => void,
): Promise<GoodDevice> {
  const { identity, secret } = device;
  const client = await connectAsync(
    `mqtt://127.0.0.1:${port}`,
    { clientId: identity, username: identity, password: secret, reconnectPeriod: 0 },
    false,
  );
  client.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
  });
  const state = { answered: 0, stopped: false };
  const tell = (body: object): Promise<unknown> =>
    client.publishAsync(`bb/v1/${identity}/json/${said.uplink}`, JSON.stringify(body), { qos: 1 });
  const live = async (): Promise<void> => {
    while (!state.stopped) {
      const asked = performance.now();
      const cut = closed.then(() => Promise.reject(new Error(`a good device's connection was cut`)));
      await Promise.race([tell(said.body(state.answered + 1)), cut]);
      const [waited_ms, echo_ms] = [performance.now() - asked, echo.slowestSince_ms(asked)];
      if (isTooLong(waited_ms, echo_ms))
        throw new Error(
          `a good device waited ${Math.round(waited_ms)} ms for the PUBACK of its ${said.uplink}, a bare echo ${Math.round(echo_ms)} ms`,
        );
      state.answered++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const living = live().catch((error: Error) => failed(new FuzzFailure(null, error.message)));
  return {
    get answered() {
      return state.answered;
    },
    stop: async () => {
      state.stopped = true;
      await living;
      client.end(true);
    },
  };
}
