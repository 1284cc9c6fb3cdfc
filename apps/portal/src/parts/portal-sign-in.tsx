import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../api.js';
import { ProblemNote } from './problem-note.js';

/** The code the supplier handed out, and the token of an installation where he gave one too (CP-05, CP-10). */
export function PortalSignIn() {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const token = String(form.get('token')).trim();
    setBusy(true);
    setProblem(null);
    try {
      const body = { code: String(form.get('code')), token: token === '' ? null : token };
      await unwrap(api.POST('/v1/customer-portal/sign-in', { body }));
      queries.removeQueries({ queryKey: ['portal', 'locations'] });
      queries.removeQueries({ queryKey: ['portal', 'logbook'] });
      await queries.resetQueries({ queryKey: ['portal', 'visit'] });
    } catch (error) {
      setProblem(error as Error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form className="card" onSubmit={(event) => void submit(event)}>
        <h1>Customer portal</h1>
        <p className="faint">Your supplier gave you the code. You need no account.</p>
        <label>
          Code
          <input name="code" required maxLength={60} autoComplete="off" spellCheck={false} />
        </label>
        <label>
          Token of the installation, if you were given one
          <input name="token" maxLength={60} autoComplete="off" spellCheck={false} />
        </label>
        {problem && <ProblemNote error={problem} />}
        <button type="submit" disabled={busy}>
          {busy ? 'Opening ...' : 'Open'}
        </button>
      </form>
    </main>
  );
}
