import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, unwrap } from '../api.js';
import { mayInOrganisation } from '../organisation-rights.js';
import { ProblemNote } from '../parts/problem-note.js';
import { HubTileCard } from '../parts/services/hub-tile-card.js';
import type { Reseller } from '../parts/services/activate-service.js';
import { myOrganisations } from './organisations-page.js';

const organisation = '/v1/organisations/{organisationId}';

/** The hubs a dealer looks after, how their services stand, and what can be done about it (AJ-20, AJ-23). */
export function ServicesPage() {
  const { organisationId = '' } = useParams();
  const params = { path: { organisationId } };
  const tiles = useQuery({
    queryKey: ['hub-tiles', organisationId],
    queryFn: () => unwrap(api.GET(`${organisation}/hubs`, { params })),
    // A SIM's carrier may take its time to confirm (AJ-32).
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ label }) => label === 'stopping') ? 2_000 : 30_000,
  });
  const resellers = useQuery({
    queryKey: ['active-resellers', organisationId],
    queryFn: () => activeResellers(organisationId),
    enabled: tiles.isSuccess,
  });
  return (
    <>
      <nav className="crumbs">
        <Link to={`/organisations/${organisationId}`}>The company</Link>
      </nav>
      <h1>Services of the hubs</h1>
      {tiles.isPending && <p className="page-note">Loading ...</p>}
      {tiles.error && <ProblemNote error={tiles.error} />}
      {resellers.error && <ProblemNote error={resellers.error} />}
      {tiles.data?.items.length === 0 && <p className="page-note">The company looks after no hub yet.</p>}
      <div className="tiles">
        {tiles.data?.items.map((tile) => (
          <HubTileCard
            key={tile.deviceId}
            organisationId={organisationId}
            tile={tile}
            resellers={resellers.data}
            onChange={() => tiles.refetch()}
          />
        ))}
      </div>
    </>
  );
}

/** Resellers that approved the dealer; null for members who may not see them, to whom the one there is is preselected (AJ-24). */
async function activeResellers(organisationId: string): Promise<readonly Reseller[] | null> {
  const { items } = await myOrganisations();
  const mine = items.find((each) => each.organisationId === organisationId);
  if (!mine || !mayInOrganisation(mine.role, 'manage-connections')) return null;
  const path = { organisationId };
  const { country } = await unwrap(api.GET(`${organisation}/company`, { params: { path } }));
  if (country === null) return null;
  const listed = await unwrap(api.GET(`${organisation}/resellers`, { params: { path, query: { country } } }));
  return listed.items.filter(({ connection }) => connection?.state === 'active');
}
