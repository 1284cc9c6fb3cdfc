import { useQuery } from '@tanstack/react-query';
import { api, unwrap, type LiveDevice, type Location } from '../api.js';
import { ProblemNote } from './problem-note.js';

interface Props {
  readonly location: Location;
  readonly devices: ReadonlyMap<string, LiveDevice>;
}

/** The latest charging sessions of a location. */
export function SessionList({ location, devices }: Props) {
  const { locationId, timeZone } = location;
  const sessions = useQuery({
    queryKey: ['sessions', locationId],
    queryFn: () =>
      unwrap(
        api.GET('/v1/locations/{locationId}/sessions', {
          params: { path: { locationId }, query: { limit: 10, open: 'false' } },
        }),
      ),
    refetchInterval: 15_000,
  });
  const time = new Intl.DateTimeFormat(undefined, { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (
    <section className="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Latest charging sessions</h2>
      {sessions.error && <ProblemNote error={sessions.error} />}
      {sessions.data?.items.length === 0 && <p className="page-note">No session has ended yet.</p>}
      {sessions.data && sessions.data.items.length > 0 && (
        <div className="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Charger</th>
                <th scope="col">Began</th>
                <th scope="col">Ended</th>
                <th scope="col" className="number">
                  Energy
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.data.items.map((session) => (
                <tr key={session.transactionId}>
                  <td>{devices.get(session.deviceId)?.name ?? session.deviceId}</td>
                  <td>{time.format(new Date(session.startedAt))}</td>
                  <td>{session.endedAt ? time.format(new Date(session.endedAt)) : 'charging'}</td>
                  <td className="number">
                    {session.energy_Wh === null ? '' : `${(session.energy_Wh / 1_000).toFixed(2)} kWh`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
