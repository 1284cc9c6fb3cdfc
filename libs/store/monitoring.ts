import type { Queryable } from './pool.js';

/**
 * Whether what this hub raises at `at` goes to its monitoring: a service is active or expiring. One that is being stopped
 * is over at once for the customer (AJ-31), whatever its SIM's carrier still has to confirm.
 */
export async function isMonitored(client: Queryable, deviceId: string, at: Date): Promise<boolean> {
  const { rows } = await client.query<{ monitored: boolean }>({
    name: 'hub-is-monitored',
    text: `SELECT EXISTS (SELECT FROM services WHERE device_id = $1
             AND (state = 'active' OR (state = 'expiring' AND ends_at > $2))) AS monitored`,
    values: [deviceId, at],
  });
  return rows[0]?.monitored ?? false;
}
