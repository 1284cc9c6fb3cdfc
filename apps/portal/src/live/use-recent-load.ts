import { useEffect, useState } from 'react';
import { api, unwrap, type LiveSite } from '../api.js';

/** One point per meter frame: seconds since the epoch and ampere on L1, L2, L3. */
export type LoadPoint = readonly [time_s: number, l1_A: number, l2_A: number, l3_A: number];

const window_s = 15 * 60;

/** The last quarter of an hour at the grid connection: history first, then every live frame. */
export function useRecentLoad(meterDeviceId: string | null, site: LiveSite | null): readonly LoadPoint[] {
  const [points, setPoints] = useState<readonly LoadPoint[]>([]);

  useEffect(() => {
    if (meterDeviceId === null) return;
    let shown = true;
    void recentReadings(meterDeviceId).then(
      (history) =>
        shown &&
        setPoints((live) => [...history.filter(([time]) => time < (live[0]?.[0] ?? Infinity)), ...live]),
      // A guest may see what is and not what was: the chart then begins now.
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [meterDeviceId]);

  const at = site?.at ?? null;
  const current_A = site?.current_A ?? null;
  useEffect(() => {
    if (at === null || current_A === null) return;
    const time_s = Date.parse(at) / 1_000;
    setPoints((before) => {
      if (time_s <= (before.at(-1)?.[0] ?? 0)) return before;
      return [...before.filter(([time]) => time > time_s - window_s), [time_s, ...current_A] as const];
    });
  }, [at, current_A]);
  return points;
}

async function recentReadings(deviceId: string): Promise<readonly LoadPoint[]> {
  const to = new Date();
  const from = new Date(to.getTime() - window_s * 1_000);
  const query = {
    from: from.toISOString(),
    to: to.toISOString(),
    resolution: 'raw' as const,
    connector: 0,
    limit: 1_000,
  };
  const page = await unwrap(
    api.GET('/v1/devices/{deviceId}/readings', { params: { path: { deviceId }, query } }),
  );
  return page.items.flatMap(({ at, current_A: [l1, l2, l3] }): LoadPoint[] =>
    typeof l1 === 'number' && typeof l2 === 'number' && typeof l3 === 'number'
      ? [[Date.parse(at) / 1_000, l1, l2, l3]]
      : [],
  );
}
