import type { Notice } from '#libs/devices/device-event.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** A notification that people read and nothing decides by: on the bus before it is answered. */
export const noticed =
  <Request>(
    ports: { observe: Observe },
    toNotice: (request: Request) => Notice,
    answer: object,
  ): CallHandler<Request> =>
  async ({ device, request, receivedAt }) => {
    const { timestamp } = request as { readonly timestamp?: string };
    const deviceTime = deviceTimeOf(timestamp, receivedAt);
    await ports.observe(device, toNotice(request), { deviceTime, receivedAt });
    return answer;
  };
