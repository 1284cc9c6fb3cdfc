import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap } from '../api.js';
import { once } from '../sharing-api.js';
import { useAttempt } from '../use-attempt.js';
import { ProblemNote } from './problem-note.js';
import { WizardSteps } from './wizard-steps.js';

const transfer = '/v1/locations/{locationId}/transfer';
const steps = ['Who', 'What happens', 'Confirm'];

/** Offering the ownership to somebody; nothing changes until they accept (NB-48, NB-49). */
export function HandOver({ locationId }: { readonly locationId: string }) {
  const open = useQuery({
    queryKey: ['transfer', locationId],
    queryFn: () => unwrap(api.GET(transfer, { params: { path: { locationId } } })),
  });
  const { problem, busy, attempt } = useAttempt(() => open.refetch());
  const params = () => ({ path: { locationId }, header: once() });
  const offer = (email: string) =>
    void attempt(() => unwrap(api.POST(transfer, { params: params(), body: { email, language: 'en' } })));
  const cancel = () => attempt(() => unwrap(api.DELETE(transfer, { params: params() })));
  const waiting = open.data?.transfer;

  return (
    <section aria-labelledby="ownership-title">
      <h3 id="ownership-title">Ownership</h3>
      {open.error && <ProblemNote error={open.error} />}
      {waiting ? (
        <p>
          Offered to {waiting.email}. Until they accept, nothing changes.{' '}
          <button type="button" className="quiet" disabled={busy} onClick={() => void cancel()}>
            Cancel the offer
          </button>
        </p>
      ) : (
        open.data && <OfferWizard busy={busy} onOffer={offer} />
      )}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

interface OfferWizardProps {
  readonly busy: boolean;
  readonly onOffer: (email: string) => void;
}

/** Who becomes the owner, what that ends, and the word that it is meant. */
function OfferWizard({ busy, onOffer }: OfferWizardProps) {
  const [email, setEmail] = useState('');
  const [step, setStep] = useState(0);
  const name = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setEmail(String(new FormData(event.currentTarget).get('recipient')));
    setStep(1);
  };
  return (
    <>
      <WizardSteps steps={steps} current={step} />
      {step === 0 && (
        <form className="share" onSubmit={name}>
          <label>
            E-mail of the new owner
            <input name="recipient" type="email" required autoComplete="off" defaultValue={email} />
          </label>
          <button type="submit">Continue</button>
        </form>
      )}
      {step === 1 && (
        <>
          <p>When {email} accepts, at once:</p>
          <ul className="facts" aria-label="What happens">
            {consequences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <div className="actions">
            <button type="button" onClick={() => setStep(2)}>
              Continue
            </button>
            <button type="button" className="quiet" onClick={() => setStep(0)}>
              Back
            </button>
          </div>
        </>
      )}
      {step === 2 && (
        <>
          <p>
            Offer the ownership to <strong>{email}</strong>? They get an e-mail. You can cancel the offer
            until they accept; afterwards only they can give it back.
          </p>
          <div className="actions">
            <button type="button" disabled={busy} onClick={() => onOffer(email)}>
              Offer the ownership
            </button>
            <button type="button" className="quiet" onClick={() => setStep(1)}>
              Back
            </button>
          </div>
        </>
      )}
    </>
  );
}

/** NB-50 to NB-52, as the person who hands over needs to know them. */
const consequences: readonly string[] = [
  'The owner of today has no access any more, unless the new owner shares it; open pages and streams end.',
  'All guests of the owner of today lose their access, with their charging cards.',
  'Invitations and codes that wait become void.',
  'Codes of the customer portal stop working.',
  'Partners wait until the new owner confirms each of them.',
  'The new owner does not see earlier charging sessions; the owner of today keeps an export of the own time.',
];
