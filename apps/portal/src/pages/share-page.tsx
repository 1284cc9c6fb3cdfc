import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, unwrap } from '../api.js';
import { ProblemNote } from '../parts/problem-note.js';
import { Evaluation } from '../parts/shares/evaluation.js';
import { GivenShare } from '../parts/shares/given-share.js';
import { Processing } from '../parts/shares/processing.js';
import { shareTone } from '../parts/shares/share-list.js';
import { WithdrawShare } from '../parts/shares/withdraw-share.js';
import type { ShareStepProps } from '../parts/shares/share-step.js';
import type { Share } from '../sharing-api.js';
import { levelTexts, shareTexts } from '../sharing-texts.js';

/** How often a share on its way is read again (CS-45). */
const poll_ms = 1_000;
const onItsWay: ReadonlySet<Share['status']> = new Set(['preparing', 'processing']);

/** One share over a connection: to its grantor an evaluation, to its requester what to take over. */
export function SharePage() {
  const { organisationId = '', shareId = '' } = useParams();
  const queries = useQueryClient();
  const key = ['share', organisationId, shareId];
  const share = useQuery({
    queryKey: key,
    queryFn: () =>
      unwrap(
        api.GET('/v1/organisations/{organisationId}/shares/{shareId}', {
          params: { path: { organisationId, shareId } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data && onItsWay.has(state.data.status) ? poll_ms : 15_000),
  });
  if (share.isPending) return <p className="page-note">Loading ...</p>;
  if (!share.data) return <ProblemNote error={share.error} />;
  const onChange = async (changed: Share) => {
    queries.setQueryData(key, changed);
    await Promise.all(
      [
        ['shares', organisationId],
        ['inbox', organisationId],
        ['share-items', shareId],
      ].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  };
  const { name, status, level, message, side, requester, grantor } = share.data;
  return (
    <>
      <nav className="crumbs">
        <Link to={`/organisations/${organisationId}`}>
          {side === 'requester' ? requester.name : grantor.name}
        </Link>
      </nav>
      <div className="title-row">
        <h1>{name}</h1>
        <output className={`pill ${shareTone(status)}`}>{shareTexts[status]}</output>
      </div>
      <p>
        {side === 'requester' ? `You asked ${grantor.name}` : `${requester.name} asks you`} for:{' '}
        {levelTexts[level].toLowerCase()}.{message !== null && <span className="faint"> “{message}”</span>}
      </p>
      {share.error && <ProblemNote error={share.error} />}
      <NextStep organisationId={organisationId} share={share.data} onChange={onChange} />
    </>
  );
}

function NextStep(props: ShareStepProps) {
  const { status, side, grantor, requester } = props.share;
  switch (status) {
    case 'requested':
      return <WithdrawShare {...props} />;
    case 'to-evaluate':
      return <Evaluation {...props} />;
    case 'approved':
      return side === 'counterparty' ? (
        <Evaluation {...props} />
      ) : (
        <p>{grantor.name} approved and is selecting what to share.</p>
      );
    case 'rejected':
      return <p>Rejected, finally. A new request can be made over the connection.</p>;
    case 'withdrawn':
      return <p>The request was taken back.</p>;
    case 'revoked':
      return (
        <p>
          {side === 'requester' ? `${grantor.name} took` : 'You took'} the share back. What{' '}
          {side === 'requester' ? 'you' : requester.name} copied stays; installations are archived.
        </p>
      );
    default:
      return side === 'requester' ? <Processing {...props} /> : <GivenShare {...props} />;
  }
}
