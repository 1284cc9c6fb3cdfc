import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../api.js';
import { mayInOrganisation, rolesToGive } from '../../organisation-rights.js';
import { once, type Member, type Organisation, type OrganisationRole } from '../../sharing-api.js';
import { roleTexts } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';
import { InviteMember } from './invite-member.js';

const members = '/v1/organisations/{organisationId}/members';

/** Who belongs to the organisation, and in which role (NB-05); inviting, changing and removing (NB-03, NB-08). */
export function MemberList({ organisation }: { readonly organisation: Organisation }) {
  const { organisationId, kind, membershipId: mine } = organisation;
  const list = useQuery({
    queryKey: ['members', organisationId],
    queryFn: () => unwrap(api.GET(members, { params: { path: { organisationId } } })),
  });
  const { problem, busy, attempt } = useAttempt(() => list.refetch());
  const manages = mayInOrganisation(organisation.role, 'manage-members');
  const params = ({ membershipId }: Member) => ({ path: { organisationId, membershipId }, header: once() });
  const change = (member: Member, role: OrganisationRole) =>
    attempt(() => unwrap(api.PUT(`${members}/{membershipId}`, { params: params(member), body: { role } })));
  const remove = (member: Member) =>
    attempt(() => unwrap(api.DELETE(`${members}/{membershipId}`, { params: params(member) })));

  return (
    <section className="card" aria-labelledby="members-title">
      <h2 id="members-title">Members</h2>
      {list.error && <ProblemNote error={list.error} />}
      <ul className="access-list" aria-label="Members">
        {list.data?.items.map((member) => (
          <li key={member.membershipId}>
            <span>
              <strong>{member.name}</strong> <span className="faint">{member.email}</span>
            </span>
            {manages && rolesToGive[kind].includes(member.role) ? (
              <select
                aria-label={`Role of ${member.name}`}
                value={member.role}
                disabled={busy}
                onChange={({ currentTarget: { value } }) => void change(member, value as OrganisationRole)}
              >
                {rolesToGive[kind].map((role) => (
                  <option key={role} value={role}>
                    {roleTexts[role]}
                  </option>
                ))}
              </select>
            ) : (
              <span className="pill">{roleTexts[member.role]}</span>
            )}
            {member.membershipId === mine && <span className="faint">you</span>}
            {manages && member.membershipId !== mine && member.role !== 'company-owner' && (
              <ConfirmButton
                label="Remove"
                name={`Remove ${member.name}`}
                question="Every access that came with the membership ends at once. What was installed stays with the organisation."
                quiet
                disabled={busy}
                onConfirm={() => void remove(member)}
              />
            )}
          </li>
        ))}
      </ul>
      {problem && <ProblemNote error={problem} />}
      {manages && <InviteMember organisation={organisation} />}
    </section>
  );
}
