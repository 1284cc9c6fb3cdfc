import { meterSamples } from '#libs/protocols/ocpp16/meter-values.js';
import type { MeterValuesRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { Observe } from '../../../observe.js';
import { requireConnector, type CallHandler } from '../../call-handler.js';

/** OCPP 1.6 4.7: every sample is on the bus before the charger may forget it. */
export const meterValues =
  (ports: { observe: Observe }): CallHandler<MeterValuesRequest> =>
  async ({ device, request, receivedAt }) => {
    requireConnector(request.connectorId);
    for (const { event, deviceTime } of meterSamples(request, receivedAt))
      await ports.observe(device, event, { deviceTime, receivedAt });
    return {};
  };
