import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { allPages } from '../../all-pages.js';
import { api, unwrap, type Location } from '../../api.js';
import { once } from '../../sharing-api.js';
import type { Alert } from '../../site-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';
import { AlertLine } from './alert-line.js';

const refresh_ms = 5_000;

/** What is wrong at a location, who took it on, and what was wrong before (NB-97). */
export function AlertTab({ location }: { readonly location: Location }) {
  const { locationId, timeZone } = location;
  const present = useQuery({
    queryKey: ['alerts', locationId, 'present'],
    queryFn: () => presentAlerts(locationId),
    refetchInterval: refresh_ms,
  });
  const past = useInfiniteQuery({
    queryKey: ['alerts', locationId, 'past'],
    queryFn: ({ pageParam }) => alertsOf(locationId, { state: 'cleared', limit: 20, ...pageParam }),
    initialPageParam: {},
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? undefined : { cursor: nextCursor }),
    refetchInterval: refresh_ms,
  });
  const { problem, busy, attempt } = useAttempt(() => present.refetch());
  const acknowledge = ({ alertId }: Alert) =>
    attempt(() =>
      unwrap(
        api.PUT('/v1/locations/{locationId}/alerts/{alertId}/acknowledgement', {
          params: { path: { locationId, alertId }, header: once() },
        }),
      ),
    );
  const cleared = past.data?.pages.flatMap(({ items }) => items) ?? [];
  // The two are read one after the other: what has just ended is in both for a moment.
  const over = new Set(cleared.map(({ alertId }) => alertId));
  const now = present.data?.filter(({ alertId }) => !over.has(alertId));
  return (
    <>
      <section className="card" aria-labelledby="alerts-title">
        <h2 id="alerts-title">Alerts now</h2>
        {present.error && <ProblemNote error={present.error} />}
        {now?.length === 0 && <p className="page-note">Nothing is wrong.</p>}
        <ul className="alert-list" aria-label="Alerts now">
          {now?.map((alert) => (
            <AlertLine key={alert.alertId} alert={alert} timeZone={timeZone}>
              {alert.state === 'open' && (
                <button
                  type="button"
                  aria-label={`Acknowledge ${alert.type} of ${alert.deviceName}`}
                  disabled={busy}
                  onClick={() => void acknowledge(alert)}
                >
                  I see to it
                </button>
              )}
            </AlertLine>
          ))}
        </ul>
        {problem && <ProblemNote error={problem} />}
      </section>
      <section className="card" aria-labelledby="past-title">
        <h2 id="past-title">Past alerts</h2>
        {past.error && <ProblemNote error={past.error} />}
        {past.isSuccess && cleared.length === 0 && <p className="page-note">Nothing was wrong before.</p>}
        <ul className="alert-list" aria-label="Past alerts">
          {cleared.map((alert) => (
            <AlertLine key={alert.alertId} alert={alert} timeZone={timeZone} />
          ))}
        </ul>
        {past.hasNextPage && (
          <button
            type="button"
            className="quiet"
            disabled={past.isFetchingNextPage}
            onClick={() => void past.fetchNextPage()}
          >
            Earlier alerts
          </button>
        )}
      </section>
    </>
  );
}

interface AlertQuery {
  readonly state: Alert['state'];
  readonly limit?: number;
  readonly cursor?: string;
}

const alertsOf = (locationId: string, query: AlertQuery) =>
  unwrap(api.GET('/v1/locations/{locationId}/alerts', { params: { path: { locationId }, query } }));

/** Those nobody took on first. */
async function presentAlerts(locationId: string): Promise<readonly Alert[]> {
  const [open, acknowledged] = await Promise.all(
    (['open', 'acknowledged'] as const).map((state) =>
      allPages((cursor) => alertsOf(locationId, { state, ...cursor })),
    ),
  );
  return [...(open ?? []), ...(acknowledged ?? [])];
}
