import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Link } from 'react-router';
import { api, unwrap } from '../api.js';
import { ProblemNote } from '../parts/problem-note.js';
import { once, type Organisation } from '../sharing-api.js';
import { roleTexts } from '../sharing-texts.js';
import { useAttempt } from '../use-attempt.js';

export const myOrganisations = (): Promise<{ items: Organisation[] }> => unwrap(api.GET('/v1/organisations'));

/** The organisations I belong to; creating one makes me its administrator (NB-08). */
export function OrganisationsPage() {
  const queries = useQueryClient();
  const organisations = useQuery({ queryKey: ['organisations'], queryFn: myOrganisations });
  const { problem, busy, attempt } = useAttempt(() =>
    Promise.all([organisations.refetch(), queries.invalidateQueries({ queryKey: ['me'] })]),
  );
  const create = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get('name'));
    const body = { name, kind: 'installer' as const, country: null };
    const made = await attempt(() =>
      unwrap(api.POST('/v1/organisations', { params: { header: once() }, body })),
    );
    if (made) form.reset();
  };
  return (
    <>
      <h1>My organisations</h1>
      {organisations.error && <ProblemNote error={organisations.error} />}
      {organisations.data?.items.length === 0 && (
        <p className="page-note">
          You belong to none yet. An invitation to one waits at <Link to="/">my locations</Link>.
        </p>
      )}
      <ul className="location-list">
        {organisations.data?.items.map(({ organisationId, name, role }) => (
          <li key={organisationId}>
            <Link className="card" to={`/organisations/${organisationId}`}>
              <strong>{name}</strong>
              <span className="faint">{roleTexts[role]}</span>
            </Link>
          </li>
        ))}
      </ul>
      <form className="share" onSubmit={(event) => void create(event)}>
        <label>
          Name of a new organisation
          <input name="name" required maxLength={120} autoComplete="off" />
        </label>
        <button type="submit" disabled={busy}>
          Create
        </button>
      </form>
      {problem && <ProblemNote error={problem} />}
    </>
  );
}
