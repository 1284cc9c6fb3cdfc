import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api, unwrap, type LiveDevice, type Location } from '../../api.js';
import { costText, energyText, whoCharged } from '../../session-texts.js';
import type { ChargingSession } from '../../site-api.js';
import { ProblemNote } from '../problem-note.js';
import type { Period } from './period.js';

interface Props {
  readonly location: Location;
  readonly devices: ReadonlyMap<string, LiveDevice>;
  readonly period: Period;
}

/** Newest first; a guest is told of the own ones only. */
export function SessionTable({ location, devices, period }: Props) {
  const { locationId, timeZone } = location;
  const sessions = useInfiniteQuery({
    queryKey: ['sessions', locationId, period],
    queryFn: ({ pageParam }) => sessionsOf(locationId, { ...period, limit: 25, ...pageParam }),
    initialPageParam: {},
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? undefined : { cursor: nextCursor }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const items = sessions.data?.pages.flatMap((page) => page.items) ?? [];
  const time = new Intl.DateTimeFormat(undefined, { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (
    <section className="card" aria-labelledby="session-table-title">
      <h2 id="session-table-title">Sessions</h2>
      {sessions.error && <ProblemNote error={sessions.error} />}
      {sessions.isSuccess && items.length === 0 && (
        <p className="page-note">No session began in this time.</p>
      )}
      {items.length > 0 && (
        <div className="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Began</th>
                <th scope="col">Who</th>
                <th scope="col" className="number">
                  Energy
                </th>
                <th scope="col" className="number">
                  Cost
                </th>
                <th scope="col">Charger</th>
                <th scope="col">Ended</th>
              </tr>
            </thead>
            <tbody>
              {items.map((session) => (
                <tr key={session.transactionId}>
                  <td>{time.format(new Date(session.startedAt))}</td>
                  <td>{whoCharged(session)}</td>
                  <td className="number">
                    {session.energy_Wh === null ? '' : energyText(session.energy_Wh)}
                  </td>
                  <td className="number">{costOf(session)}</td>
                  <td>{devices.get(session.deviceId)?.name ?? 'A former device'}</td>
                  <td>{session.endedAt ? time.format(new Date(session.endedAt)) : 'charging'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sessions.hasNextPage && (
        <button
          type="button"
          className="quiet"
          disabled={sessions.isFetchingNextPage}
          onClick={() => void sessions.fetchNextPage()}
        >
          Earlier sessions
        </button>
      )}
    </section>
  );
}

const costOf = ({ cost, currency, endedAt }: ChargingSession): string => {
  if (cost !== null && currency !== null) return costText(cost, currency);
  return endedAt === null ? '' : 'not known';
};

const sessionsOf = (locationId: string, query: Period & { limit: number; cursor?: string }) =>
  unwrap(api.GET('/v1/locations/{locationId}/sessions', { params: { path: { locationId }, query } }));
