import { describe, expect, it } from '@jest/globals';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import type { Observation } from '#libs/contracts/observation.js';
import { siteTopology, single } from '#libs/testing/site-builder.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { LiveSummary } from './live-summary.js';
import { renderBlock, renderLine } from './render.js';

const topology = siteTopology({ fuse_A: 25, chargers: [{ wiring: single('L1') }, { wiring: single('L2') }] });
const deviceNames = new Map([
  ['charger-0', 'North'],
  ['charger-1', 'South'],
]);

async function summaryOf(work: (bus: MemoryBus) => Promise<void>, ready: (summary: LiveSummary) => boolean) {
  const bus = new MemoryBus();
  const summary = new LiveSummary({ siteId: 'site', name: 'Yard', timeZone: 'UTC', topology, deviceNames });
  await summary.start(bus);
  await work(bus);
  await waitFor('the summary', () => ready(summary));
  await summary.stop();
  await bus.close();
  return summary.view();
}

const observe = (
  bus: MemoryBus,
  deviceId: string,
  event: Observation['event'],
  siteId = 'site',
): Promise<void> =>
  bus.publish('observations', {
    siteId,
    deviceId,
    deviceKind: 'charger',
    deviceTime: 1,
    receivedAt: 1,
    event,
  });
const started = (transactionId: number) =>
  ({ type: 'transaction-started', connector: 1, transactionId, idToken: 'A', meterStart_Wh: 0 }) as const;
const limit = (bus: MemoryBus, deviceId: string, transactionId: number, current_A: number): Promise<void> =>
  bus.publish('limits', {
    limitId: `${deviceId}-${current_A}`,
    siteId: 'site',
    deviceId,
    connector: 1,
    transactionId,
    current_A,
    numberPhases: null,
    ownerEpoch: 1,
    issuedAt: 1,
    leaseUntil: 2,
    reason: { code: 'node-full', nodeId: 'grid', phase: 'L1', source: 'fuse' },
  });
const sample = (current_A: number) =>
  ({
    type: 'meter-sample',
    connector: 1,
    transactionId: 1,
    current_A: [current_A, 0, 0],
    voltage_V: null,
    power_W: null,
    energy_Wh: null,
    offered_A: null,
  }) as const;

describe('live summary', () => {
  it('tells charging, waiting and full cars apart and says why a limit changed', async () => {
    const view = await summaryOf(
      async (bus) => {
        await observe(bus, 'charger-0', started(1));
        await observe(bus, 'charger-1', started(2));
        await limit(bus, 'charger-0', 1, 10);
        await limit(bus, 'charger-1', 2, 0);
        await observe(bus, 'charger-0', sample(9.8));
      },
      (summary) => summary.view().charging === 1 && summary.view().limitsChanged === 2,
    );
    expect(view).toMatchObject({ charging: 1, waiting: 1, resting: 0 });
    expect(view.changes[0]).toBe('North 10 A: Limited by the fuse of grid on L1');
  });

  it('ignores other sites and a late end of an earlier transaction', async () => {
    const view = await summaryOf(
      async (bus) => {
        await observe(bus, 'elsewhere', started(9), 'other');
        await observe(bus, 'charger-0', started(2));
        await observe(bus, 'charger-0', {
          type: 'transaction-ended',
          connector: 1,
          transactionId: 1,
          meterStop_Wh: 1,
          reason: 'Local',
        });
        await limit(bus, 'charger-0', 2, 6);
        await observe(bus, 'charger-0', sample(0));
      },
      (summary) => summary.view().resting === 1,
    );
    expect(view).toMatchObject({ charging: 0, waiting: 0, resting: 1 });
  });

  it('renders one plain line for pipes and bars for terminals', async () => {
    const view = await summaryOf(
      (bus) =>
        observe(bus, 'zen', {
          type: 'balancer-reading',
          current_A: [12.5, 0, 25],
          voltage_V: null,
          power_W: null,
          energyImport_Wh: null,
          energyExport_Wh: null,
        }),
      (summary) => summary.view().load_A !== null,
    );
    expect(renderLine(view)).toBe(
      'Yard: L1 12.5/25 A L2 0.0/25 A L3 25.0/25 A | 0 charging, 0 waiting, 0 full or asleep, 0 chargers online | 0 limits changed',
    );
    const [title, l1, l2, l3] = renderBlock(view, 80);
    expect(title).toBe('Yard');
    expect([l1, l2, l3].map((line) => line?.split('█').length)).toEqual([16, 1, 31]);
    expect(renderBlock(view, 30).every((line) => line.length <= 29)).toBe(true);
  });
});
