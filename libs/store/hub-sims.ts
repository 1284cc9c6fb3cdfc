import type { Queryable } from './pool.js';

export type SimSwitch = 'on' | 'off';

/** The SIM of a hub: as we want it, and as its carrier confirmed it. */
export interface HubSim {
  readonly deviceId: string;
  readonly iccid: string;
  readonly wanted: SimSwitch;
  readonly confirmed: SimSwitch;
  readonly attempts: number;
}

const columns = `device_id AS "deviceId", iccid, wanted, confirmed, attempts`;

export async function simOf(client: Queryable, deviceId: string): Promise<HubSim | null> {
  const { rows } = await client.query<HubSim>(`SELECT ${columns} FROM hub_sims WHERE device_id = $1`, [
    deviceId,
  ]);
  return rows[0] ?? null;
}

/** Puts the SIM into the hub, switched off. False: it is in another hub. */
export async function insertSim(
  client: Queryable,
  deviceId: string,
  iccid: string,
  at: Date,
): Promise<boolean> {
  const elsewhere = await client.query('SELECT 1 FROM hub_sims WHERE iccid = $1 AND device_id <> $2', [
    iccid,
    deviceId,
  ]);
  if (elsewhere.rowCount !== 0) return false;
  await client.query(
    `INSERT INTO hub_sims (device_id, iccid, wanted, confirmed, not_before, changed_at)
     VALUES ($1, $2, 'off', 'off', $3, $3)
     ON CONFLICT (device_id) DO UPDATE SET iccid = $2, wanted = 'off', confirmed = 'off', attempts = 0, not_before = $3,
       changed_at = $3 WHERE hub_sims.iccid <> $2`,
    [deviceId, iccid, at],
  );
  return true;
}

/**
 * Says how the SIM shall be; its carrier is told after the transaction. One that shall go off counts as on until the
 * carrier says otherwise, because an earlier command may still be on its way.
 */
export async function wantSim(
  client: Queryable,
  deviceId: string,
  wanted: SimSwitch,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE hub_sims SET wanted = $2, confirmed = CASE WHEN $2 = 'off' THEN 'on' ELSE confirmed END, attempts = 0,
            not_before = $3, changed_at = $3 WHERE device_id = $1 AND wanted <> $2`,
    [deviceId, wanted, at],
  );
}

/** Those that are not as we want them and may be tried now, the longest waiting first. */
export async function simsToSwitch(client: Queryable, now: Date, count: number): Promise<readonly HubSim[]> {
  const { rows } = await client.query<HubSim>(
    `SELECT ${columns} FROM hub_sims WHERE wanted <> confirmed AND not_before <= $1 ORDER BY not_before, device_id LIMIT $2`,
    [now, count],
  );
  return rows;
}

/** The carrier has switched this SIM. An answer that came while the wish changed confirms only what it was asked. */
export async function confirmSim(
  client: Queryable,
  sim: Pick<HubSim, 'deviceId' | 'iccid' | 'wanted'>,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE hub_sims SET confirmed = $3, attempts = 0, changed_at = $4 WHERE device_id = $1 AND iccid = $2`,
    [sim.deviceId, sim.iccid, sim.wanted, at],
  );
}

/** The carrier is down: it is asked again at `notBefore`. */
export async function postponeSim(client: Queryable, deviceId: string, notBefore: Date): Promise<void> {
  await client.query('UPDATE hub_sims SET attempts = attempts + 1, not_before = $2 WHERE device_id = $1', [
    deviceId,
    notBefore,
  ]);
}
