import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** OCPP 1.6 4.4, 4.5: progress of work we never order; acknowledged as a sign of life so that the charger goes on. */
export const acknowledgedOnly =
  (ports: { observe: Observe }): CallHandler<object> =>
  async ({ device, receivedAt }) => {
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return {};
  };
