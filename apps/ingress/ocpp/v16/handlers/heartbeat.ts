import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** OCPP 1.6 4.6: a sign of life; the answer sets the charger's clock. */
export const heartbeat =
  (ports: { observe: Observe }): CallHandler<object> =>
  async ({ device, receivedAt }) => {
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return { currentTime: new Date(receivedAt).toISOString() };
  };
