import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap, type AccessEntry, type Location } from '../api.js';
import { ProblemNote } from './problem-note.js';

/** Permissions: everyone who has access, how they came by it, and sharing with a person (NB-12, NB-13). */
export function AccessPanel({ location }: { readonly location: Location }) {
  const { locationId } = location;
  const [problem, setProblem] = useState<Error | null>(null);
  const access = useQuery({
    queryKey: ['access', locationId],
    queryFn: () => unwrap(api.GET('/v1/locations/{locationId}/grants', { params: { path: { locationId } } })),
  });

  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      await access.refetch();
    } catch (error) {
      setProblem(error as Error);
    }
  };
  const share = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entries = new FormData(form);
    const to = { kind: 'person' as const, email: String(entries.get('email')) };
    const role = entries.get('role') === 'guest' ? ('guest' as const) : ('partner' as const);
    void attempt(async () => {
      await unwrap(
        api.POST('/v1/locations/{locationId}/grants', {
          params: { path: { locationId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: { to, role, expiresAt: null },
        }),
      );
      form.reset();
    });
  };
  const revoke = (grantId: string) =>
    attempt(() =>
      unwrap(
        api.DELETE('/v1/locations/{locationId}/grants/{grantId}', {
          params: { path: { locationId, grantId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    );

  return (
    <section className="card" aria-labelledby="access-title">
      <h2 id="access-title">Permissions</h2>
      {access.error && <ProblemNote error={access.error} />}
      <ul className="access-list">
        {access.data?.items.map((entry) => (
          <li key={`${entry.origin}-${entry.grantId ?? whoId(entry)}`}>
            <span>
              <strong>{entry.who.name}</strong>{' '}
              {entry.who.kind === 'person' && <span className="faint">{entry.who.email}</span>}
            </span>
            <span className="pill">{entry.role}</span>
            <span className="faint">{originTexts[entry.origin]}</span>
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
      <form className="share" onSubmit={share}>
        <label>
          Share with (e-mail)
          <input name="email" type="email" required autoComplete="off" />
        </label>
        <label>
          As
          <select name="role" defaultValue="partner">
            <option value="partner">Partner</option>
            <option value="guest">Guest</option>
          </select>
        </label>
        <button type="submit">Share</button>
      </form>
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

const originTexts: Readonly<Record<AccessEntry['origin'], string>> = {
  owner: 'owns it',
  membership: 'through the organisation',
  grant: 'shared',
};

const whoId = (entry: AccessEntry): string =>
  entry.who.kind === 'person' ? entry.who.personId : entry.who.organisationId;
