import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import { once } from '../../sharing-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';

const address = '/v1/organisations/{organisationId}/key';

/** The key that others need to share with the organisation: shown on demand, copied, replaced (NB-06). */
export function OrganisationKey({ organisationId }: { readonly organisationId: string }) {
  const [shown, show] = useState(false);
  const [told, setTold] = useState('');
  const path = { organisationId };
  const key = useQuery({
    queryKey: ['organisation-key', organisationId],
    queryFn: () => unwrap(api.GET(address, { params: { path } })),
    enabled: shown,
  });
  const { problem, busy, attempt } = useAttempt(() => key.refetch());
  const rotate = async () => {
    setTold('');
    const done = await attempt(() => unwrap(api.POST(address, { params: { path, header: once() } })));
    if (done) setTold('The key before opens nothing any more.');
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(key.data?.key ?? '');
      setTold('Copied.');
    } catch {
      setTold('The browser does not allow copying here; select the key instead.');
    }
  };

  return (
    <section className="card" aria-labelledby="key-title">
      <h2 id="key-title">Organisation key</h2>
      <p className="faint">
        Hand it to whom you want to share with you, or to connect with you. It reads nothing of yours.
      </p>
      {shown && key.data && (
        <p className="secret">
          <code>{key.data.key}</code>
        </p>
      )}
      <div className="actions">
        <button type="button" aria-expanded={shown} onClick={() => show(!shown)}>
          {shown ? 'Hide the key' : 'Show the key'}
        </button>
        {shown && key.data && (
          <button type="button" className="quiet" onClick={() => void copy()}>
            Copy
          </button>
        )}
        <ConfirmButton
          label="Make a new key"
          name="Make a new key"
          question="The key of today stops at once; whoever has it needs the new one."
          quiet
          disabled={busy}
          onConfirm={() => void rotate()}
        />
      </div>
      <output className="faint">{told}</output>
      {key.error && <ProblemNote error={key.error} />}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}
