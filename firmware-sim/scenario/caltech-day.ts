import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const file = new URL('../data/caltech-2019-03-sessions.json', import.meta.url);
/** The garage's clocks; daylight saving time began on 2019-03-10. */
const timeZone = 'America/Los_Angeles';

const recordingSchema = z.object({
  period_minutes: z.number(),
  start: z.string(),
  voltage: z.number(),
  max_kw: z.number(),
  sessions: z.array(
    z.object({ arrival: z.number(), departure: z.number(), kwh: z.number(), station: z.string() }),
  ),
});
export type Recording = z.infer<typeof recordingSchema>;

/** A car's stay relative to the moment the replay begins. */
export interface Stay {
  readonly station: string;
  readonly arrival_min: number;
  readonly departure_min: number;
  readonly energy_Wh: number;
  readonly maximum_A: number;
}

export async function readRecording(): Promise<Recording> {
  return recordingSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/**
 * The stays of one day from `from` (HH:MM on the garage's clocks) to the next midnight. A car that came earlier is there
 * at the start and still wants what full power since its arrival would not have given it.
 */
export function staysOfDay(recording: Recording, day: string, from: string): Stay[] {
  const origin_min = Date.parse(recording.start) / 60_000;
  const start_min = localInstant_min(day, from) - origin_min;
  const end_min = localInstant_min(day, '00:00') + 24 * 60 - origin_min;
  const stays: Stay[] = [];
  for (const session of recording.sessions) {
    const arrival_min = session.arrival * recording.period_minutes - start_min;
    const departure_min = session.departure * recording.period_minutes - start_min;
    if (departure_min <= 0 || arrival_min + start_min >= end_min) continue;
    const had_kWh = (Math.max(0, -arrival_min) / 60) * recording.max_kw;
    stays.push({
      station: session.station,
      arrival_min: Math.max(0, arrival_min),
      departure_min,
      energy_Wh: Math.max(0, session.kwh - had_kWh) * 1_000,
      maximum_A: (recording.max_kw * 1_000) / recording.voltage,
    });
  }
  return stays.toSorted((a, b) => a.arrival_min - b.arrival_min || a.station.localeCompare(b.station));
}

/** Minutes since the epoch of a wall-clock time in the garage's zone. */
function localInstant_min(day: string, time: string): number {
  const asUtc_ms = Date.parse(`${day}T${time}:00Z`);
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = format
    .formatToParts(asUtc_ms + 8 * 3_600_000)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, hours = '-08', minutes = '00'] = /GMT([+-]\d\d):(\d\d)/.exec(name ?? '') ?? [];
  return asUtc_ms / 60_000 - (Number(hours) * 60 + Math.sign(Number(hours)) * Number(minutes));
}
