import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { signIn, SignInRefused } from '#libs/sdk/session.js';

export function SignInPage() {
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setRefusal(null);
    try {
      await signIn('', { email: String(form.get('email')), password: String(form.get('password')) });
      await queries.resetQueries({ queryKey: ['me'] });
    } catch (error) {
      setRefusal(
        error instanceof SignInRefused ? error.message : 'Busbar cannot be reached. Try again in a moment.',
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form className="card" onSubmit={(event) => void submit(event)}>
        <h1>Sign in to Busbar</h1>
        <label>
          E-mail
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {refusal && (
          <p role="alert" className="problem">
            {refusal}
          </p>
        )}
        <button type="submit" disabled={busy}>
          {busy ? 'Signing in ...' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
