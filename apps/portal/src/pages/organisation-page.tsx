import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from 'react-router';
import { api, unwrap } from '../api.js';
import { mayInOrganisation } from '../organisation-rights.js';
import { ConfirmButton } from '../parts/confirm-button.js';
import { ConnectionList } from '../parts/organisation/connection-list.js';
import { InboxList } from '../parts/organisation/inbox-list.js';
import { MemberList } from '../parts/organisation/member-list.js';
import { OrganisationKey } from '../parts/organisation/organisation-key.js';
import { ProblemNote } from '../parts/problem-note.js';
import { ShareList } from '../parts/shares/share-list.js';
import { once, type Organisation } from '../sharing-api.js';
import { roleTexts } from '../sharing-texts.js';
import { useAttempt } from '../use-attempt.js';
import { myOrganisations } from './organisations-page.js';

/** One organisation of mine: its people, its key, its connections and what it was told. */
export function OrganisationPage() {
  const { organisationId = '' } = useParams();
  const organisations = useQuery({ queryKey: ['organisations'], queryFn: myOrganisations });
  if (organisations.isPending) return <p className="page-note">Loading ...</p>;
  if (organisations.error) return <ProblemNote error={organisations.error} />;
  const organisation = organisations.data.items.find((each) => each.organisationId === organisationId);
  if (!organisation) return <p className="page-note">There is no such organisation of yours.</p>;
  return <Rooms key={organisationId} organisation={organisation} />;
}

function Rooms({ organisation }: { readonly organisation: Organisation }) {
  const { organisationId, name, role, kind } = organisation;
  const may = (right: Parameters<typeof mayInOrganisation>[1]) => mayInOrganisation(role, right);
  return (
    <>
      <nav className="crumbs">
        <Link to="/organisations">My organisations</Link>
      </nav>
      <div className="title-row">
        <h1>{name}</h1>
        <span className="pill">{roleTexts[role]}</span>
      </div>
      {kind === 'company' && may('manage-services') && (
        <p>
          <Link to={`/organisations/${organisationId}/services`}>Services of the hubs</Link>
        </p>
      )}
      {may('manage-connections') && <InboxList organisationId={organisationId} />}
      {may('evaluate-shares') && <ShareList organisationId={organisationId} />}
      {may('evaluate-shares') && <ConnectionList organisationId={organisationId} />}
      {may('see-members') && <MemberList organisation={organisation} />}
      {may('manage-members') && <OrganisationKey organisationId={organisationId} />}
      {role !== 'company-owner' && <Leave organisation={organisation} />}
    </>
  );
}

/** NB-04: what was installed stays. The last administrator is refused. */
function Leave({ organisation: { membershipId, name } }: { readonly organisation: Organisation }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { problem, busy, attempt } = useAttempt(async () => {
    await navigate('/organisations');
    await Promise.all(
      [['organisations'], ['me'], ['locations']].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  });
  const leave = () =>
    attempt(() =>
      unwrap(
        api.DELETE('/v1/me/memberships/{membershipId}', {
          params: { path: { membershipId }, header: once() },
        }),
      ),
    );
  return (
    <>
      <ConfirmButton
        label="Leave"
        name={`Leave ${name}`}
        question="You no longer see what belongs to it. What you installed stays with it."
        quiet
        disabled={busy}
        onConfirm={() => void leave()}
      />
      {problem && <ProblemNote error={problem} />}
    </>
  );
}
