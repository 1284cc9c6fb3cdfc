import { changedVariables, connectorStatusIn } from '#libs/protocols/ocpp201/device-model.js';
import { eventNotice } from '#libs/protocols/ocpp201/event-notice.js';
import type { NotifyEventRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { DeviceModelStore } from '#libs/store/device-model.js';
import type { DeviceReportStore } from '#libs/store/device-reports.js';
import type { CallHandler } from '../../call-handler.js';
import { tellConnector, type EvseStatusPorts } from '../evse-status.js';

export interface EventPorts extends EvseStatusPorts {
  readonly model: Pick<DeviceModelStore, 'changeValues'>;
  readonly reports: Pick<DeviceReportStore, 'monitorSeverities'>;
}

/**
 * OCPP 2.0.1 N07, N08: every event changes the device model; those that alert are told to people, and the availability of a
 * connector is its status (2.1 G01).
 */
export const notifyEvent =
  (ports: EventPorts): CallHandler<NotifyEventRequest> =>
  async ({ device, request, receivedAt }) => {
    const { eventData } = request;
    const monitorIds = eventData.flatMap(({ variableMonitoringId: id }) =>
      id !== undefined && Number.isSafeInteger(id) ? [id] : [],
    );
    const [severities] = await Promise.all([
      ports.reports.monitorSeverities(device.deviceId, monitorIds),
      ports.model.changeValues(device.deviceId, changedVariables(eventData), receivedAt),
    ]);
    for (const event of eventData) {
      const times = { deviceTime: deviceTimeOf(event.timestamp, receivedAt), receivedAt };
      const told = connectorStatusIn(event);
      if (told) await tellConnector(ports, device, told, times);
      const notice = eventNotice(event, severities.get(event.variableMonitoringId ?? Number.NaN));
      if (notice) await ports.observe(device, notice, times);
    }
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return {};
  };
