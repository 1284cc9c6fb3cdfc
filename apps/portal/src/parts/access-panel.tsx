import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap, type AccessEntry, type Location } from '../api.js';
import { describeBounds, describeGranter } from '../access-texts.js';
import { ExplainAccess } from './explain-access.js';
import { HandOver } from './hand-over.js';
import { PendingInvitations } from './pending-invitations.js';
import { ProblemNote } from './problem-note.js';
import { ShareForm } from './share-form.js';

/** Permissions: everyone who has access, how they came by it, what waits, and sharing (NB-12 to NB-15). */
export function AccessPanel({ location }: { readonly location: Location }) {
  const { locationId } = location;
  const [problem, setProblem] = useState<Error | null>(null);
  const access = useQuery({
    queryKey: ['access', locationId],
    queryFn: () => unwrap(api.GET('/v1/locations/{locationId}/grants', { params: { path: { locationId } } })),
  });
  const invitations = useQuery({
    queryKey: ['invitations', locationId],
    queryFn: () =>
      unwrap(api.GET('/v1/locations/{locationId}/invitations', { params: { path: { locationId } } })),
  });

  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      await Promise.all([access.refetch(), invitations.refetch()]);
    } catch (error) {
      setProblem(error as Error);
    }
  };
  const revoke = (grantId: string) =>
    attempt(() =>
      unwrap(
        api.DELETE('/v1/locations/{locationId}/grants/{grantId}', {
          params: { path: { locationId, grantId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    );

  const confirm = (grantId: string) =>
    attempt(() =>
      unwrap(
        api.POST('/v1/locations/{locationId}/grants/{grantId}/confirm', {
          params: { path: { locationId, grantId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    );

  return (
    <section className="card" aria-labelledby="access-title">
      <h2 id="access-title">Permissions</h2>
      {access.error && <ProblemNote error={access.error} />}
      <ul className="access-list" aria-label="Who has access">
        {access.data?.items.map((entry) => (
          <li key={`${entry.origin}-${entry.grantId ?? whoId(entry)}`}>
            <span>
              <strong>{entry.who.name}</strong>{' '}
              {entry.who.kind === 'person' && <span className="faint">{entry.who.email}</span>}
            </span>
            <span className="pill">{entry.role}</span>
            <span className="faint">
              {entry.suspended ? 'waits for the new owner' : originTexts[entry.origin]}
            </span>
            <span className="faint bounds">
              {[describeGranter(entry), ...describeBounds(entry)].join(' · ')}
            </span>
            {entry.suspended && location.through === 'owner' && (
              <button
                type="button"
                aria-label={`Confirm the access of ${entry.who.name}`}
                onClick={() => void confirm(entry.grantId ?? '')}
              >
                Confirm
              </button>
            )}
            {entry.revocable && entry.grantId && (
              <button
                type="button"
                className="quiet"
                aria-label={`Revoke the access of ${entry.who.name}`}
                onClick={() => void revoke(entry.grantId ?? '')}
              >
                Revoke
              </button>
            )}
          </li>
        ))}
      </ul>
      <PendingInvitations
        invitations={invitations.data?.items ?? []}
        onRevoke={({ invitationId }) =>
          void attempt(() =>
            unwrap(
              api.DELETE('/v1/locations/{locationId}/invitations/{invitationId}', {
                params: {
                  path: { locationId, invitationId },
                  header: { 'Idempotency-Key': crypto.randomUUID() },
                },
              }),
            ),
          )
        }
      />
      <ShareForm locationId={locationId} attempt={attempt} />
      <ExplainAccess locationId={locationId} entries={access.data?.items ?? []} />
      {mayHandOver(location) && <HandOver locationId={locationId} />}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

/** The owner; the installing organisation while there is none (NB-50). */
const mayHandOver = ({ allowed, owner, through }: Location): boolean =>
  allowed.includes('transfer') && (through === 'owner' || owner === null);

const originTexts: Readonly<Record<AccessEntry['origin'], string>> = {
  owner: 'owns it',
  membership: 'through the organisation',
  grant: 'shared',
};

const whoId = (entry: AccessEntry): string =>
  entry.who.kind === 'person' ? entry.who.personId : entry.who.organisationId;
