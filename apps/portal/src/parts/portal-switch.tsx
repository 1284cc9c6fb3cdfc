import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  portalAccess,
  renewPortalCode,
  switchPortal,
  type PortalAccess,
  type PortalPlace,
} from '../customer-api.js';
import { ProblemNote } from './problem-note.js';

/** Switching a customer portal, and what to hand out: nothing of it is ever mailed (CP-02, CP-04, CP-13, CP-15). */
export function PortalSwitch({ place }: { readonly place: PortalPlace }) {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Error | null>(null);
  const key = ['portal-access', place];
  const access = useQuery({ queryKey: key, queryFn: () => portalAccess(place) });
  const attempt = async (work: () => Promise<PortalAccess>) => {
    setProblem(null);
    try {
      queries.setQueryData(key, await work());
    } catch (error) {
      setProblem(error as Error);
    }
  };
  if (access.isPending) return <p className="page-note">Loading ...</p>;
  if (access.error) return <ProblemNote error={access.error} />;
  const { enabled, restricted, code, link, tokens } = access.data;

  return (
    <div className="portal-switch">
      {enabled ? (
        <>
          <dl className="handout">
            <div>
              <dt>Link</dt>
              <dd>{new URL(link, window.location.origin).href}</dd>
            </div>
            <div>
              <dt>Code</dt>
              <dd>
                <code>{code}</code>
              </dd>
            </div>
          </dl>
          <p className="faint">
            Hand both out yourself; Busbar mails neither. A new code ends the one before, with everybody who
            is signed in by it.
          </p>
          <div className="actions">
            <button type="button" onClick={() => void attempt(() => renewPortalCode(place))}>
              Make a new code
            </button>
            <button
              type="button"
              className="quiet"
              onClick={() => void attempt(() => switchPortal(place, false, false))}
            >
              Switch off
            </button>
          </div>
          {'locationId' in place && (
            <label className="check">
              <input
                type="checkbox"
                checked={restricted}
                onChange={({ currentTarget: { checked } }) =>
                  void attempt(() => switchPortal(place, true, checked))
                }
              />
              Only single installations, each by the code and its own token
            </label>
          )}
          {restricted && <Tokens tokens={tokens} />}
        </>
      ) : (
        <>
          <p className="faint">Off. Nobody can look in.</p>
          <button type="button" onClick={() => void attempt(() => switchPortal(place, true, false))}>
            Switch on
          </button>
        </>
      )}
      {problem && <ProblemNote error={problem} />}
    </div>
  );
}

function Tokens({ tokens }: { readonly tokens: PortalAccess['tokens'] }) {
  if (tokens.length === 0) return <p className="page-note">There is no installation here yet.</p>;
  return (
    <dl className="handout" aria-label="Tokens">
      {tokens.map(({ installationId, name, token }) => (
        <div key={installationId}>
          <dt>{name}</dt>
          <dd>
            <code>{token}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
