import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, unwrap } from '../api.js';
import { loadWindow_s, type LoadPoint } from './live-location.js';

/** The last quarter of an hour at the grid connection: what is stored, then what the page has seen itself. */
export function useRecentLoad(
  meterDeviceId: string | null,
  seen: readonly LoadPoint[],
): readonly LoadPoint[] {
  // A guest may see what is and not what was: the chart then begins with the page.
  const stored = useQuery({
    queryKey: ['recent-load', meterDeviceId],
    queryFn: () => recentReadings(meterDeviceId ?? ''),
    enabled: meterDeviceId !== null,
    staleTime: Infinity,
    retry: false,
  });
  return useMemo(() => {
    const first_s = seen[0]?.[0] ?? Infinity;
    const oldest_s = (seen.at(-1)?.[0] ?? 0) - loadWindow_s;
    const before = (stored.data ?? []).filter(([time]) => time < first_s && time > oldest_s);
    return [...before, ...seen];
  }, [stored.data, seen]);
}

async function recentReadings(deviceId: string): Promise<readonly LoadPoint[]> {
  const to = new Date();
  const from = new Date(to.getTime() - loadWindow_s * 1_000);
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
