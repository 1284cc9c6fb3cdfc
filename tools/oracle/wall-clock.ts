const minute_ms = 60_000;
const hour_ms = 3_600_000;
const day_ms = 86_400_000;

/** The instant of the nth (from 1) or last Sunday of a month at 00:00 UTC; month 0 is January. */
function sunday(year: number, month: number, nth: number | 'last'): number {
  if (nth === 'last') {
    const last = Date.UTC(year, month + 1, 0);
    return last - new Date(last).getUTCDay() * day_ms;
  }
  const first = Date.UTC(year, month, 1);
  return first + (((7 - new Date(first).getUTCDay()) % 7) + 7 * (nth - 1)) * day_ms;
}

interface Zone {
  readonly standard_min: number;
  /** Instants of a UTC year between which summer time holds; south of the equator it holds outside of them. */
  readonly summer: ((year: number) => readonly [begin: number, end: number]) | null;
  readonly south: boolean;
}

/** The zones of the histories by the letter of their laws since 2007, and not by the tables that Intl reads. */
const zones: Readonly<Record<string, Zone>> = {
  UTC: { standard_min: 0, summer: null, south: false },
  'Asia/Kathmandu': { standard_min: 345, summer: null, south: false },
  'Europe/Oslo': {
    standard_min: 60,
    summer: (year) => [sunday(year, 2, 'last') + hour_ms, sunday(year, 9, 'last') + hour_ms],
    south: false,
  },
  'America/New_York': {
    standard_min: -300,
    summer: (year) => [sunday(year, 2, 2) + 7 * hour_ms, sunday(year, 10, 1) + 6 * hour_ms],
    south: false,
  },
  // Summer ends on the first Sunday of April at 3:00 summer time and begins on the last of September at 2:00.
  'Pacific/Auckland': {
    standard_min: 720,
    summer: (year) => [sunday(year, 3, 1) - 10 * hour_ms, sunday(year, 8, 'last') - 10 * hour_ms],
    south: true,
  },
};
export const timeZones = Object.keys(zones);

const turns = new Map<string, readonly [number, number]>();

export function offset_min(timeZone: string, instant: number): number {
  const zone = zones[timeZone];
  if (!zone) throw new Error(`no law of ${timeZone}`);
  if (!zone.summer) return zone.standard_min;
  const year = new Date(instant).getUTCFullYear();
  const key = `${timeZone}${year}`;
  const turn = turns.get(key) ?? zone.summer(year);
  turns.set(key, turn);
  const between = instant >= turn[0] && instant < turn[1];
  return zone.standard_min + (between === zone.south ? 0 : 60);
}

/** 1 is Monday; minute of the day on the wall. */
export function onTheWall(
  timeZone: string,
  instant: number,
): { readonly day: number; readonly minute: number } {
  const local = new Date(instant + offset_min(timeZone, instant) * minute_ms);
  return { day: local.getUTCDay() || 7, minute: local.getUTCHours() * 60 + local.getUTCMinutes() };
}

/** Midnight on the wall at the beginning of the month after the one that the wall shows. No law of these turns at midnight. */
export function nextMonth(timeZone: string, instant: number): number {
  const local = new Date(instant + offset_min(timeZone, instant) * minute_ms);
  const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1);
  const about = midnight - (zones[timeZone]?.standard_min ?? 0) * minute_ms;
  for (const guess of [about - hour_ms, about]) {
    const candidate = midnight - offset_min(timeZone, guess) * minute_ms;
    if (candidate + offset_min(timeZone, candidate) * minute_ms === midnight) return candidate;
  }
  throw new Error(`no first midnight in ${timeZone}`);
}
