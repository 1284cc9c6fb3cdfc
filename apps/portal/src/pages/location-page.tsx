import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { api, currentPerson, unwrap, type Location } from '../api.js';
import type { LiveAction, LiveLocation } from '../live/live-location.js';
import { useLiveLocation } from '../live/use-live-location.js';
import { useRecentLoad } from '../live/use-recent-load.js';
import { AccessPanel } from '../parts/access-panel.js';
import { AlertTab } from '../parts/alerts/alert-tab.js';
import { ChargerList } from '../parts/charger-list.js';
import { InstallationTab } from '../parts/installation/installation-tab.js';
import { LocationTabs, tabsOf, type LocationTab } from '../parts/location-tabs.js';
import { PhaseBars } from '../parts/phase-bars.js';
import { PhaseChart } from '../parts/phase-chart.js';
import { PortalSwitch } from '../parts/portal-switch.js';
import { ProblemNote } from '../parts/problem-note.js';
import { SessionList } from '../parts/session-list.js';
import { SessionTab } from '../parts/sessions/session-tab.js';
import { booksOf } from '../suppliers.js';

export function LocationPage() {
  const { locationId = '', tab = 'overview' } = useParams();
  const location = useQuery({
    queryKey: ['location', locationId],
    queryFn: () => unwrap(api.GET('/v1/locations/{locationId}', { params: { path: { locationId } } })),
  });
  if (location.isPending) return <p className="page-note">Loading ...</p>;
  if (location.error) return <ProblemNote error={location.error} />;
  return <Live key={locationId} location={location.data} tab={tab} />;
}

/** One live stream for all tabs of a location. @param tab from the address; what is not offered falls back to the overview */
function Live({ location, tab }: { readonly location: Location; readonly tab: string }) {
  const { live, note } = useLiveLocation(location.locationId);
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
      <LocationTabs location={location} />
      <TabContent
        tab={tabsOf(location).find((each) => each === tab) ?? 'overview'}
        {...{ location, live, note }}
      />
    </>
  );
}

interface TabProps {
  readonly location: Location;
  readonly live: LiveLocation;
  readonly note: (action: LiveAction) => void;
}

function TabContent({ tab, ...props }: TabProps & { readonly tab: LocationTab }) {
  const { location, live, note } = props;
  switch (tab) {
    case 'installation':
      return (
        <InstallationTab
          location={location}
          live={live}
          onCommand={(data) => note({ type: 'command', data })}
        />
      );
    case 'alerts':
      return <AlertTab location={location} />;
    case 'sessions':
      return <SessionTab location={location} devices={live.devices} />;
    default:
      return <Overview {...props} />;
  }
}

function Overview({ location, live, note }: TabProps) {
  const meter = useMemo(
    () => [...live.devices.values()].find((device) => device.kind === 'balancer')?.deviceId ?? null,
    [live.devices],
  );
  const points = useRecentLoad(meter, live.load);
  const may = (action: Location['allowed'][number]): boolean => location.allowed.includes(action);
  return (
    <>
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
