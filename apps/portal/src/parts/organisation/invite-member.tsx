import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../../api.js';
import { rolesToGive } from '../../organisation-rights.js';
import { once, type Organisation, type OrganisationRole } from '../../sharing-api.js';
import { roleTexts, shownTime } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';

const invitations = '/v1/organisations/{organisationId}/invitations';

/** Inviting somebody by e-mail to join, and who was invited and has not answered. */
export function InviteMember({ organisation }: { readonly organisation: Organisation }) {
  const { organisationId, kind } = organisation;
  const [told, setTold] = useState('');
  const waiting = useQuery({
    queryKey: ['member-invitations', organisationId],
    queryFn: () => unwrap(api.GET(invitations, { params: { path: { organisationId } } })),
  });
  const { problem, busy, attempt } = useAttempt(() => waiting.refetch());
  const invite = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entry = new FormData(form);
    const email = String(entry.get('email'));
    const role = String(entry.get('role')) as OrganisationRole;
    setTold('');
    const done = await attempt(() =>
      unwrap(
        api.POST('/v1/organisations/{organisationId}/members', {
          params: { path: { organisationId }, header: once() },
          body: { email, role, language: 'en' },
        }),
      ),
    );
    if (!done) return;
    form.reset();
    setTold(`We sent an e-mail to ${email}.`);
  };
  const withdraw = (invitationId: string) =>
    attempt(() =>
      unwrap(
        api.DELETE(`${invitations}/{invitationId}`, {
          params: { path: { organisationId, invitationId }, header: once() },
        }),
      ),
    );

  return (
    <>
      {waiting.error && <ProblemNote error={waiting.error} />}
      {waiting.data && waiting.data.items.length > 0 && (
        <ul className="access-list" aria-label="Invited to join">
          {waiting.data.items.map(({ invitationId, email, role, expiresAt }) => (
            <li key={invitationId}>
              <strong>{email}</strong>
              <span className="pill">{roleTexts[role]}</span>
              <span className="faint">invited, until {shownTime(expiresAt)}</span>
              <button
                type="button"
                className="quiet"
                aria-label={`Take back the invitation of ${email}`}
                disabled={busy}
                onClick={() => void withdraw(invitationId)}
              >
                Take back
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="share" onSubmit={(event) => void invite(event)}>
        <label>
          E-mail of the new member
          <input name="email" type="email" required autoComplete="off" />
        </label>
        <label>
          As
          <select name="role" defaultValue={kind === 'company' ? 'company-installer' : 'installer'}>
            {rolesToGive[kind].map((role) => (
              <option key={role} value={role}>
                {roleTexts[role]}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={busy}>
          Invite
        </button>
        <output className="faint">{told}</output>
      </form>
      {problem && <ProblemNote error={problem} />}
    </>
  );
}
