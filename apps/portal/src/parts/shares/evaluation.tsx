import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import type { ShareStepProps } from './share-step.js';
import { once, type ShareCandidate, type SharePreview, type ShareTerms } from '../../sharing-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';
import { WizardSteps } from '../wizard-steps.js';
import { PreviewOfShare } from './preview-of-share.js';
import { ShareSelection } from './share-selection.js';
import { noTerms, ShareTermsForm } from './share-terms-form.js';

const root = '/v1/organisations/{organisationId}/shares/{shareId}';
const steps = ['Answer', 'Select', 'Role', 'Check and confirm'];

/** From the request to the confirmation (CS-11 to CS-19): answer, select, role and options, what it shares, confirm. */
export function Evaluation({ organisationId, share, onChange }: ShareStepProps) {
  const [step, setStep] = useState<'select' | 'role' | 'check'>('select');
  const [selected, setSelected] = useState<readonly ShareCandidate[]>([]);
  const [terms, setTerms] = useState<ShareTerms>(noTerms);
  const [preview, setPreview] = useState<SharePreview | null>(null);
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const params = () => ({ path: { organisationId, shareId: share.shareId }, header: once() });
  const body = (chosen: ShareTerms) => ({
    ...chosen,
    objects: selected.map(({ kind, id }) => ({ kind, id })),
  });
  const check = (chosen: ShareTerms) => {
    setTerms(chosen);
    void attempt(async () => {
      setPreview(await unwrap(api.POST(`${root}/preview`, { params: params(), body: body(chosen) })));
      setStep('check');
    });
  };
  const confirm = () =>
    void attempt(async () =>
      onChange(await unwrap(api.POST(`${root}/confirm`, { params: params(), body: body(terms) }))),
    );
  const answer = (as: 'approve' | 'reject') =>
    void attempt(async () => onChange(await unwrap(api.POST(`${root}/${as}`, { params: params() }))));

  if (share.status === 'to-evaluate') {
    return (
      <section className="card">
        <WizardSteps steps={steps} current={0} />
        <p>Nothing is shared before you have selected it and confirmed.</p>
        <div className="actions">
          <button type="button" disabled={busy} onClick={() => answer('approve')}>
            Approve and select
          </button>
          <ConfirmButton
            label="Reject"
            name="Reject the request"
            question="That is final for this request; another one can be made."
            quiet
            disabled={busy}
            onConfirm={() => answer('reject')}
          />
        </div>
        {problem && <ProblemNote error={problem} />}
      </section>
    );
  }
  return (
    <section className="card">
      <WizardSteps steps={steps} current={{ select: 1, role: 2, check: 3 }[step]} />
      {step === 'select' && (
        <ShareSelection
          organisationId={organisationId}
          share={share}
          selected={selected}
          onSelect={setSelected}
          onDone={() => setStep('role')}
        />
      )}
      {step === 'role' && (
        <ShareTermsForm terms={terms} busy={busy} onBack={() => setStep('select')} onDone={check} />
      )}
      {step === 'check' && preview && (
        <PreviewOfShare
          preview={preview}
          requesterName={share.requester.name}
          busy={busy}
          onBack={() => setStep('role')}
          onConfirm={confirm}
        />
      )}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}
