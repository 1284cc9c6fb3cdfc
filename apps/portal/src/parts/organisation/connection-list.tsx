import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../../api.js';
import { once, type Connection } from '../../sharing-api.js';
import { connectionTexts } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';
import { RequestShare } from '../shares/request-share.js';

const connections = '/v1/organisations/{organisationId}/connections';
const steps = {
  approve: `${connections}/{connectionId}/approve`,
  reject: `${connections}/{connectionId}/reject`,
  withdraw: `${connections}/{connectionId}/withdraw`,
  close: `${connections}/{connectionId}/close`,
} as const;
type Step = keyof typeof steps;

/** Other organisations with which shares can be made (CS-01): asking one by its key, answering, closing. */
export function ConnectionList({ organisationId }: { readonly organisationId: string }) {
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['connections', organisationId],
    queryFn: () => unwrap(api.GET(connections, { params: { path: { organisationId } } })),
  });
  const { problem, busy, attempt } = useAttempt(() =>
    Promise.all([
      list.refetch(),
      queries.invalidateQueries({ queryKey: ['inbox', organisationId] }),
      queries.invalidateQueries({ queryKey: ['shares', organisationId] }),
    ]),
  );
  const ask = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entry = new FormData(form);
    const body = { key: String(entry.get('key')), name: String(entry.get('name')) };
    const asked = await attempt(() =>
      unwrap(api.POST(connections, { params: { path: { organisationId }, header: once() }, body })),
    );
    if (asked) form.reset();
  };
  const take = (connectionId: string, step: Step) =>
    attempt(() =>
      unwrap(api.POST(steps[step], { params: { path: { organisationId, connectionId }, header: once() } })),
    );

  return (
    <section className="card" aria-labelledby="connections-title">
      <h2 id="connections-title">Connections</h2>
      {list.error && <ProblemNote error={list.error} />}
      {list.data?.items.length === 0 && <p className="page-note">No connection yet.</p>}
      <ul className="access-list" aria-label="Connections">
        {list.data?.items.map((connection) => (
          <ConnectionLine
            key={connection.connectionId}
            organisationId={organisationId}
            connection={connection}
            busy={busy}
            onStep={(step) => void take(connection.connectionId, step)}
          />
        ))}
      </ul>
      <form className="share" onSubmit={(event) => void ask(event)}>
        <label>
          Key of the other organisation
          <input name="key" required maxLength={64} autoComplete="off" spellCheck={false} />
        </label>
        <label>
          Name of the connection
          <input name="name" required maxLength={120} autoComplete="off" />
        </label>
        <button type="submit" disabled={busy}>
          Ask for a connection
        </button>
      </form>
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

interface LineProps {
  readonly organisationId: string;
  readonly connection: Connection;
  readonly busy: boolean;
  readonly onStep: (step: Step) => void;
}

function ConnectionLine({ organisationId, connection, busy, onStep }: LineProps) {
  const { connectionId, name, state, side } = connection;
  const [asking, ask] = useState(false);
  // A key tells nobody whose it is before that one has approved (NB-07).
  const other = connection.other?.name ?? 'not known before they approve';
  return (
    <li>
      <span>
        <strong>{name}</strong> <span className="faint">{other}</span>
      </span>
      <span className={`pill ${state === 'active' ? 'good' : state === 'requested' ? 'warn' : ''}`}>
        {connectionTexts[state]}
      </span>
      <span className="line-actions">
        {state === 'requested' && side === 'counterparty' && (
          <>
            <button
              type="button"
              aria-label={`Approve the connection ${name}`}
              disabled={busy}
              onClick={() => onStep('approve')}
            >
              Approve
            </button>
            <ConfirmButton
              label="Reject"
              name={`Reject the connection ${name}`}
              question="They are told, and may ask again."
              quiet
              disabled={busy}
              onConfirm={() => onStep('reject')}
            />
          </>
        )}
        {state === 'requested' && side === 'requester' && (
          <button
            type="button"
            className="quiet"
            aria-label={`Take back the request ${name}`}
            disabled={busy}
            onClick={() => onStep('withdraw')}
          >
            Take back
          </button>
        )}
        {state === 'active' && (
          <>
            <button
              type="button"
              aria-expanded={asking}
              aria-label={`Ask for a share over ${name}`}
              onClick={() => ask(!asking)}
            >
              Ask for a share
            </button>
            <ConfirmButton
              label="Close"
              name={`Close the connection ${name}`}
              question="Requests that wait are withdrawn and nothing new can be shared. What is shared already stays until it is taken back."
              quiet
              disabled={busy}
              onConfirm={() => onStep('close')}
            />
          </>
        )}
      </span>
      {asking && state === 'active' && (
        <RequestShare
          organisationId={organisationId}
          connectionId={connectionId}
          onAsked={() => ask(false)}
        />
      )}
    </li>
  );
}
