import { api, unwrap } from '../../api.js';
import type { ShareStepProps } from './share-step.js';
import { once } from '../../sharing-api.js';
import { shareRoleTexts, shownTime } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';
import { ShareProgress } from './share-progress.js';

const root = '/v1/organisations/{organisationId}/shares/{shareId}';

/** What was given, how far the other side has taken it over, and taking it back (CS-21, CS-33). */
export function GivenShare({ organisationId, share, onChange }: ShareStepProps) {
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const params = () => ({ path: { organisationId, shareId: share.shareId }, header: once() });
  const { terms, confirmedAt, availableAt, status } = share;
  return (
    <section className="card" aria-labelledby="given-title">
      <h2 id="given-title">What you share</h2>
      {terms && (
        <ul className="facts">
          <li>
            {shareRoleTexts[terms.role].name}. {shareRoleTexts[terms.role].means}
          </li>
          {terms.branded && <li>Their work carries your name.</li>}
          <li>{terms.includeFuture ? 'Covers what you add later.' : 'Covers what there was then.'}</li>
          {terms.expiresAt !== null && <li>Ends {shownTime(terms.expiresAt)}.</li>}
          {terms.maximumCurrent_A !== null && <li>At most {terms.maximumCurrent_A} A.</li>}
          {confirmedAt !== null && <li>Confirmed {shownTime(confirmedAt)}.</li>}
        </ul>
      )}
      <ShareProgress share={share} />
      <div className="actions">
        {status === 'failed' && availableAt === null && (
          <button
            type="button"
            disabled={busy}
            onClick={() =>
              void attempt(async () =>
                onChange(await unwrap(api.POST(`${root}/retry`, { params: params() }))),
              )
            }
          >
            Try again
          </button>
        )}
        <ConfirmButton
          label="Take the share back"
          name={`Take ${share.name} back`}
          question={`${share.requester.name} loses every access of this share that can still be taken back, with all that was passed on from it. Copies stay.`}
          quiet
          disabled={busy}
          onConfirm={() =>
            void attempt(async () => onChange(await unwrap(api.POST(`${root}/revoke`, { params: params() }))))
          }
        />
      </div>
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}
