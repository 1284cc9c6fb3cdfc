import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../api.js';
import { ProblemNote } from './problem-note.js';

/** What others offer: invitations and transfers to answer, and adding a location by its code (NB-37). */
export function OfferedLocations() {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Error | null>(null);
  const waiting = useQuery({ queryKey: ['waiting'], queryFn: () => unwrap(api.GET('/v1/me/invitations')) });
  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['waiting'] }),
        queries.invalidateQueries({ queryKey: ['locations'] }),
      ]);
    } catch (error) {
      setProblem(error as Error);
    }
  };
  const redeem = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const code = String(new FormData(form).get('code'));
    void attempt(async () => {
      await unwrap(api.POST('/v1/me/invitations/redeem', { params: onceOnly(), body: { code } }));
      form.reset();
    });
  };
  const offers = [
    ...(waiting.data?.locations ?? []).map((each) => ({
      id: each.invitationId,
      text: `${each.invitedBy} shares ${each.locationName}${each.organisationName === null ? '' : ` with ${each.organisationName}`}`,
      accept: () =>
        unwrap(
          api.POST('/v1/me/invitations/{invitationId}/accept', {
            params: { path: { invitationId: each.invitationId }, ...onceOnly() },
          }),
        ),
      decline: () =>
        unwrap(
          api.POST('/v1/me/invitations/{invitationId}/decline', {
            params: { path: { invitationId: each.invitationId }, ...onceOnly() },
          }),
        ),
    })),
    ...(waiting.data?.organisations ?? []).map((each) => ({
      id: each.invitationId,
      text: `${each.invitedBy} invites you to the organisation ${each.organisationName}`,
      accept: () =>
        unwrap(
          api.POST('/v1/me/membership-invitations/{invitationId}/accept', {
            params: { path: { invitationId: each.invitationId }, ...onceOnly() },
          }),
        ),
      decline: () =>
        unwrap(
          api.POST('/v1/me/membership-invitations/{invitationId}/decline', {
            params: { path: { invitationId: each.invitationId }, ...onceOnly() },
          }),
        ),
    })),
    ...(waiting.data?.transfers ?? []).map((each) => ({
      id: each.transferId,
      text: `${each.startedBy} offers you the ownership of ${each.locationName}`,
      accept: () =>
        unwrap(
          api.POST('/v1/me/transfers/{transferId}/accept', {
            params: { path: { transferId: each.transferId }, ...onceOnly() },
          }),
        ),
      decline: () =>
        unwrap(
          api.POST('/v1/me/transfers/{transferId}/reject', {
            params: { path: { transferId: each.transferId }, ...onceOnly() },
          }),
        ),
    })),
  ];

  return (
    <section className="card" aria-labelledby="offered-title">
      <h2 id="offered-title">Add a location that has been shared with you</h2>
      {offers.length > 0 && (
        <ul className="access-list" aria-label="Waits for your answer">
          {offers.map(({ id, text, accept, decline }) => (
            <li key={id}>
              <span>{text}</span>
              <button type="button" aria-label={`Accept: ${text}`} onClick={() => void attempt(accept)}>
                Accept
              </button>
              <button
                type="button"
                className="quiet"
                aria-label={`Decline: ${text}`}
                onClick={() => void attempt(decline)}
              >
                Decline
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="share" onSubmit={redeem}>
        <label>
          Code of the invitation
          <input name="code" required autoComplete="off" maxLength={64} />
        </label>
        <button type="submit">Add location</button>
      </form>
      {waiting.error && <ProblemNote error={waiting.error} />}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

const onceOnly = () => ({ header: { 'Idempotency-Key': crypto.randomUUID() } });
