import { describe, expect, it } from '@jest/globals';
import type { EventData } from '#libs/protocols/ocpp201/report-payloads.js';
import { receivedAt, recordingObserve, testDevice as device } from '../../v16/handlers/handler-fakes.js';
import { notifyEvent } from './notify-event.js';

const event: EventData = {
  eventId: 5,
  timestamp: '1970-01-01T00:00:09Z',
  trigger: 'Alerting',
  actualValue: '81',
  component: { name: 'Inlet', evse: { id: 1 } },
  variable: { name: 'Temperature' },
  variableMonitoringId: 7,
  eventNotificationType: 'CustomMonitor',
};

async function play(...eventData: EventData[]) {
  const { observe, seen } = recordingObserve([]);
  const changed: unknown[] = [];
  const asked: unknown[] = [];
  const handle = notifyEvent({
    observe,
    model: { changeValues: async (_deviceId, variables) => void changed.push(...variables) },
    reports: {
      monitorSeverities: async (_deviceId, ids) => {
        asked.push(...ids);
        return new Map([[7, 2]]);
      },
    },
    connectors: { tell: async (_deviceId, _evse, told) => [told] },
    transactions: { openAt: async () => null },
  });
  const request = { generatedAt: '2026-01-05T08:00:00Z', seqNo: 0, eventData };
  const answer = await handle({ device, receivedAt, request });
  return { answer, seen, changed, asked };
}

describe('NotifyEvent', () => {
  it('OCPP 2.0.1 N07: an alert changes the model and is told with the severity of its monitor', async () => {
    const { answer, seen, changed, asked } = await play(event);
    expect(answer).toEqual({});
    expect(asked).toEqual([7]);
    expect(changed).toMatchObject([{ component: 'Inlet', variable: 'Temperature', value: '81' }]);
    expect(seen).toMatchObject([
      { event: { type: 'notice', severity: 2 }, times: { deviceTime: 9_000, receivedAt } },
      { event: { type: 'heard' } },
    ]);
  });

  it('N08: a periodic value changes the model and is a sign of life', async () => {
    const { seen, changed } = await play({ ...event, trigger: 'Periodic' });
    expect(changed).toHaveLength(1);
    expect(seen.map(({ event: { type } }) => type)).toEqual(['heard']);
  });

  it('an event without a monitor, or with an absurd number of one, asks for none', async () => {
    const { variableMonitoringId, ...bare } = event;
    expect(variableMonitoringId).toBe(7);
    const { asked, seen } = await play(bare, { ...event, variableMonitoringId: 1e300 });
    expect(asked).toEqual([]);
    expect(seen).toMatchObject([{ event: { severity: 5 } }, { event: { severity: 5 } }, {}]);
  });

  it('2.1 G01: the availability of a connector is the status of its EVSE', async () => {
    const { seen } = await play({
      ...event,
      trigger: 'Delta',
      actualValue: 'Unavailable',
      component: { name: 'Connector', evse: { id: 3, connectorId: 1 } },
      variable: { name: 'AvailabilityState' },
    });
    expect(seen[0]?.event).toMatchObject({ type: 'connector-status', connector: 3, status: 'Unavailable' });
  });
});
