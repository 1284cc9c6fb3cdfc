import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BusbarProblem } from '#libs/sdk/client.js';
import { api, unwrap } from '../api.js';
import { portalLocations, portalVisit, type PortalVisit } from '../customer-api.js';
import { Brand } from '../parts/brand.js';
import { InstallationLogbook } from '../parts/installation-logbook.js';
import { PortalSignIn } from '../parts/portal-sign-in.js';
import { ProblemNote } from '../parts/problem-note.js';

/** The portal of a supplier's customer: signed in to by a code, without an account (CP-05). */
export function CustomerPortalPage() {
  const visit = useQuery({ queryKey: ['portal', 'visit'], queryFn: portalVisit, retry: false });
  if (visit.isPending) return <p className="page-note">Loading ...</p>;
  if (visit.data && !isOver(visit.error)) return <Visit visit={visit.data} />;
  if (isOver(visit.error)) return <PortalSignIn />;
  return <ProblemNote error={visit.error ?? new Error('no answer')} />;
}

/** No session, or one that the supplier has ended. */
const isOver = (error: Error | null): boolean =>
  error instanceof BusbarProblem && error.problem.code === 'not-signed-in';

function Visit({ visit }: { readonly visit: PortalVisit }) {
  const queries = useQueryClient();
  const locations = useQuery({ queryKey: ['portal', 'locations'], queryFn: portalLocations });
  const leave = async () => {
    await unwrap(api.POST('/v1/customer-portal/sign-out', {})).catch(() => undefined);
    queries.removeQueries({ queryKey: ['portal', 'locations'] });
    queries.removeQueries({ queryKey: ['portal', 'logbook'] });
    await queries.resetQueries({ queryKey: ['portal', 'visit'] });
  };
  return (
    <>
      <header className="top">
        <Brand to="/customer" label="Busbar, customer portal" />
        <button type="button" className="quiet" onClick={() => void leave()}>
          Sign out
        </button>
      </header>
      <main>
        <div className="title-row">
          <h1>{visit.name}</h1>
          {visit.supplier !== null && <span className="faint">Looked after by {visit.supplier}</span>}
        </div>
        {locations.isPending && <p className="page-note">Loading ...</p>}
        {locations.error && <ProblemNote error={locations.error} />}
        {locations.data?.length === 0 && <p className="page-note">There is no location here yet.</p>}
        {locations.data?.map((location) => (
          <section key={location.locationId} className="card" aria-label={location.name}>
            {visit.level === 'customer' && <h2>{location.name}</h2>}
            {location.address !== null && <p className="address faint">{location.address}</p>}
            {location.installations.length === 0 && <p className="faint">No installation yet.</p>}
            {location.installations.map((installation) => (
              <InstallationLogbook key={installation.installationId} installation={installation} />
            ))}
          </section>
        ))}
      </main>
    </>
  );
}
