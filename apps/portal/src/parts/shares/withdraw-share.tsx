import { api, unwrap } from '../../api.js';
import type { ShareStepProps } from './share-step.js';
import { once } from '../../sharing-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';

/** The requester waits for an answer, and may take the request back. */
export function WithdrawShare({ organisationId, share, onChange }: ShareStepProps) {
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const withdraw = () =>
    attempt(async () =>
      onChange(
        await unwrap(
          api.POST('/v1/organisations/{organisationId}/shares/{shareId}/withdraw', {
            params: { path: { organisationId, shareId: share.shareId }, header: once() },
          }),
        ),
      ),
    );
  return (
    <section className="card">
      <p>Waits for the answer of {share.grantor.name}.</p>
      <ConfirmButton
        label="Take back"
        name="Take the request back"
        question={`${share.grantor.name} can no longer answer it.`}
        quiet
        disabled={busy}
        onConfirm={() => void withdraw()}
      />
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}
