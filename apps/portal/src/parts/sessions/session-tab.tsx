import { useState } from 'react';
import type { LiveDevice, Location } from '../../api.js';
import { dayAfter, dayIn, firstOfMonth, startOfDay } from '../../calendar.js';
import { PeriodFields, type Days } from './period-fields.js';
import type { Period } from './period.js';
import { SessionExports } from './session-exports.js';
import { SessionTable } from './session-table.js';
import { SessionSums } from './session-sums.js';

interface Props {
  readonly location: Location;
  readonly devices: ReadonlyMap<string, LiveDevice>;
}

/** Charging sessions of a time: sums, each with what it cost and who charged, and all of them as a file (NB-90, NB-91). */
export function SessionTab({ location, devices }: Props) {
  const { locationId, timeZone } = location;
  const [days, setDays] = useState<Days>(() => {
    const today = dayIn(timeZone, Date.now());
    return { first: firstOfMonth(today), last: today };
  });
  const period: Period = {
    from: startOfDay(days.first, timeZone),
    to: startOfDay(dayAfter(days.last), timeZone),
  };
  return (
    <>
      <section className="card" aria-labelledby="totals-title">
        <h2 id="totals-title">Sessions that began in this time</h2>
        <PeriodFields days={days} onChange={setDays} />
        <SessionSums locationId={locationId} period={period} />
      </section>
      <SessionExports key={`${days.first} ${days.last}`} locationId={locationId} period={period} />
      <SessionTable location={location} devices={devices} period={period} />
    </>
  );
}
