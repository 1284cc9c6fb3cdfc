import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../api.js';
import { ProblemNote } from './problem-note.js';

/** Offering the ownership to somebody; nothing changes until they accept (NB-48, NB-49). */
export function HandOver({ locationId }: { readonly locationId: string }) {
  const [problem, setProblem] = useState<Error | null>(null);
  const open = useQuery({
    queryKey: ['transfer', locationId],
    queryFn: () =>
      unwrap(api.GET('/v1/locations/{locationId}/transfer', { params: { path: { locationId } } })),
  });
  const params = () => ({ path: { locationId }, header: { 'Idempotency-Key': crypto.randomUUID() } });
  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      await open.refetch();
    } catch (error) {
      setProblem(error as Error);
    }
  };
  const offer = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('recipient'));
    void attempt(() =>
      unwrap(
        api.POST('/v1/locations/{locationId}/transfer', {
          params: params(),
          body: { email, language: 'en' },
        }),
      ),
    );
  };
  const cancel = () =>
    attempt(() => unwrap(api.DELETE('/v1/locations/{locationId}/transfer', { params: params() })));
  const waiting = open.data?.transfer;

  return (
    <>
      <h3>Ownership</h3>
      {waiting ? (
        <p>
          Offered to {waiting.email}. Until they accept, nothing changes.{' '}
          <button type="button" className="quiet" onClick={() => void cancel()}>
            Cancel the offer
          </button>
        </p>
      ) : (
        <form className="share" onSubmit={offer}>
          <label>
            E-mail of the new owner
            <input name="recipient" type="email" required autoComplete="off" />
          </label>
          <button type="submit">Offer the ownership</button>
        </form>
      )}
      {problem && <ProblemNote error={problem} />}
    </>
  );
}
