import { securityEventSeverity } from '#libs/protocols/ocppj/security-event.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { SecurityEventNotificationRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** OCPP 1.6 Security Whitepaper A04: in the event list before it is answered; the charger forgets it then. */
export const securityEventNotification =
  (ports: { observe: Observe }): CallHandler<SecurityEventNotificationRequest> =>
  async ({ device, request, receivedAt }) => {
    const { type: code, timestamp, techInfo } = request;
    const detail = techInfo === undefined ? {} : { techInfo };
    await ports.observe(
      device,
      { type: 'notice', topic: 'security', code, severity: securityEventSeverity(code), detail },
      { deviceTime: deviceTimeOf(timestamp, receivedAt), receivedAt },
    );
    return {};
  };
