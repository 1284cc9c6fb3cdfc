import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { allPages } from '../../all-pages.js';
import { api, unwrap } from '../../api.js';
import type { Share } from '../../sharing-api.js';
import { levelTexts, shareTexts } from '../../sharing-texts.js';
import { ProblemNote } from '../problem-note.js';

/** What the organisation asked for or was asked for, newest first; each opens its next step. */
export function ShareList({ organisationId }: { readonly organisationId: string }) {
  const shares = useQuery({
    queryKey: ['shares', organisationId],
    queryFn: () =>
      allPages((query) =>
        unwrap(
          api.GET('/v1/organisations/{organisationId}/shares', {
            params: { path: { organisationId }, query },
          }),
        ),
      ),
  });
  return (
    <section className="card" aria-labelledby="shares-title">
      <h2 id="shares-title">Shares</h2>
      {shares.error && <ProblemNote error={shares.error} />}
      {shares.data?.length === 0 && (
        <p className="page-note">Nothing yet. Ask for a share over a connection.</p>
      )}
      <ul className="access-list" aria-label="Shares">
        {shares.data?.map((share) => (
          <li key={share.shareId}>
            <span>
              <Link to={`/organisations/${organisationId}/shares/${share.shareId}`}>{share.name}</Link>{' '}
              <span className="faint">
                {share.side === 'requester' ? `from ${share.grantor.name}` : `for ${share.requester.name}`}
              </span>
            </span>
            <span className={`pill ${shareTone(share.status)}`}>{shareTexts[share.status]}</span>
            <span className="faint">{levelTexts[share.level]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Green: done; amber: somebody's turn; red: over. */
export function shareTone(status: Share['status']): '' | 'good' | 'warn' | 'bad' {
  switch (status) {
    case 'processed':
      return 'good';
    case 'to-evaluate':
    case 'approved':
    case 'available':
      return 'warn';
    case 'failed':
    case 'revoked':
    case 'rejected':
      return 'bad';
    default:
      return '';
  }
}
