import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { Pool } from '#libs/store/pool.js';
import { defaultIngressLimits, plainSecurity, type IngressLimits } from '../../ingress-config.js';
import { memoryBus, startIngress, type IngressHarness, type SeededDevice } from '../../ingress-harness.js';

/** An edge of its own with these bounds. */
export const edgeWith = (pool: Pool, limits: Partial<IngressLimits>): Promise<IngressHarness> =>
  startIngress({
    pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, ...limits },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });

/** What the house heard of one device, in order. */
export const eventsOf = (edge: IngressHarness, device: SeededDevice): DeviceEvent[] =>
  edge.observations.filter(({ deviceId }) => deviceId === device.deviceId).map(({ event }) => event);

export interface KeptTransaction {
  readonly id: number;
  readonly startedAt: Date;
  readonly startReceivedAt: Date;
  readonly endedAt: Date | null;
  readonly meterStop_Wh: number | null;
}

export async function transactionsOf(pool: Pool, device: SeededDevice): Promise<KeptTransaction[]> {
  const { rows } = await pool.query<KeptTransaction>(
    `SELECT id, started_at AS "startedAt", start_received_at AS "startReceivedAt", ended_at AS "endedAt",
            meter_stop_wh AS "meterStop_Wh"
       FROM charging_transactions WHERE device_id = $1 ORDER BY id`,
    [device.deviceId],
  );
  return rows;
}
