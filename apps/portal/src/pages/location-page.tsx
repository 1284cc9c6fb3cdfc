import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { api, currentPerson, unwrap, type Location } from '../api.js';
import type { LiveLocation } from '../live/live-location.js';
import { useLiveLocation } from '../live/use-live-location.js';
import { useRecentLoad } from '../live/use-recent-load.js';
import { AccessPanel } from '../parts/access-panel.js';
import { ChargerList } from '../parts/charger-list.js';
import { PhaseBars } from '../parts/phase-bars.js';
import { PhaseChart } from '../parts/phase-chart.js';
import { PortalSwitch } from '../parts/portal-switch.js';
import { ProblemNote } from '../parts/problem-note.js';
import { SessionList } from '../parts/session-list.js';
import { booksOf } from '../suppliers.js';

export function LocationPage() {
  const { locationId = '' } = useParams();
  const location = useQuery({
    queryKey: ['location', locationId],
    queryFn: () => unwrap(api.GET('/v1/locations/{locationId}', { params: { path: { locationId } } })),
  });
  if (location.isPending) return <p className="page-note">Loading ...</p>;
  if (location.error) return <ProblemNote error={location.error} />;
  return <Live key={locationId} location={location.data} />;
}

function Live({ location }: { readonly location: Location }) {
  const { live, note } = useLiveLocation(location.locationId);
  const meter = useMemo(
    () => [...live.devices.values()].find((device) => device.kind === 'balancer')?.deviceId ?? null,
    [live.devices],
  );
  const points = useRecentLoad(meter, live.load);
  const may = (action: Location['allowed'][number]): boolean => location.allowed.includes(action);

  if (live.ended === 'access-ended') return <AccessEnded location={location} />;
  return (
    <>
      <nav className="crumbs">
        <Link to="/">My locations</Link>
      </nav>
      <div className="title-row">
        <h1>{location.name}</h1>
        <Connection live={live} />
      </div>
      {live.site && (
        <section className="card" aria-labelledby="load-title">
          <h2 id="load-title">Load at the {live.site.name}</h2>
          <PhaseBars site={live.site} />
          <PhaseChart points={points} fuse_A={Math.min(...live.site.fuse_A)} timeZone={location.timeZone} />
        </section>
      )}
      <ChargerList
        live={live}
        mayConfigure={may('comfort')}
        onCommand={(data) => note({ type: 'command', data })}
      />
      {may('history') && <SessionList location={location} devices={live.devices} />}
      {may('share') && <AccessPanel location={location} />}
      <CustomerPortalSection location={location} />
    </>
  );
}

/** For members of the organisation that installed it, who may edit its customers (CP-21). */
function CustomerPortalSection({ location }: { readonly location: Location }) {
  const person = useQuery({ queryKey: ['me'], queryFn: currentPerson, retry: false });
  const organisationId = location.installedBy?.organisationId;
  const edits = person.data && booksOf(person.data).some((each) => each.organisationId === organisationId);
  if (!edits || organisationId === undefined) return null;
  return (
    <section className="card" aria-labelledby="customer-portal-title">
      <h2 id="customer-portal-title">Customer portal</h2>
      <PortalSwitch place={{ organisationId, locationId: location.locationId }} />
    </section>
  );
}

function Connection({ live }: { readonly live: LiveLocation }) {
  return (
    <output className={`pill ${live.connected ? 'good' : 'warn'}`}>
      {live.connected ? 'Live' : 'Reconnecting'}
    </output>
  );
}

function AccessEnded({ location }: { readonly location: Location }) {
  const { locationId, name } = location;
  const queries = useQueryClient();
  // What was fetched before still lists and shows it.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['locations'] });
    void queries.invalidateQueries({ queryKey: ['location', locationId], refetchType: 'none' });
  }, [queries, locationId]);
  return (
    <div className="card" role="alert">
      <h1>Your access has ended</h1>
      <p>You no longer have access to {name}. Ask its owner if you need it again.</p>
      <Link to="/">Back to my locations</Link>
    </div>
  );
}
