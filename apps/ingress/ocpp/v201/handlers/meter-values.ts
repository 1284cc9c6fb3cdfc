import { meterSamples } from '#libs/protocols/ocpp201/meter-values.js';
import type { MeterValuesRequest } from '#libs/protocols/ocpp201/payloads.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';
import { requireEvse } from '../require-evse.js';

/** OCPP 2.0.1 J01: samples outside transactions; each is on the bus before the station may forget it. */
export const meterValues =
  (ports: { observe: Observe }): CallHandler<MeterValuesRequest> =>
  async ({ device, request, receivedAt }) => {
    requireEvse(request.evseId, 0);
    const source = { connector: request.evseId, transactionId: null };
    for (const { event, deviceTime } of meterSamples(source, request.meterValue, receivedAt))
      await ports.observe(device, event, { deviceTime, receivedAt });
    return {};
  };
