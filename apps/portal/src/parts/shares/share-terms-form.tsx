import type { FormEvent } from 'react';
import { useState } from 'react';
import type { ShareRole, ShareTerms } from '../../sharing-api.js';
import { shareRoleTexts } from '../../sharing-texts.js';

export const noTerms: ShareTerms = {
  role: 'subcontractor',
  branded: false,
  includeFuture: false,
  expiresAt: null,
  actions: null,
  hours: null,
  maximumCurrent_A: null,
};

interface ShareTermsFormProps {
  readonly terms: ShareTerms;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onDone: (terms: ShareTerms) => void;
}

/** As what the other side gets it, and what else holds (CS-18, CS-19, CS-37). */
export function ShareTermsForm({ terms, busy, onBack, onDone }: ShareTermsFormProps) {
  const [role, setRole] = useState<ShareRole>(terms.role);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entry = new FormData(event.currentTarget);
    const [end, current] = [String(entry.get('end')), String(entry.get('current'))];
    onDone({
      ...noTerms,
      role,
      branded: entry.has('branded'),
      includeFuture: entry.has('future'),
      expiresAt: end === '' ? null : new Date(end).toISOString(),
      maximumCurrent_A: current === '' ? null : Number(current),
    });
  };
  return (
    <form onSubmit={submit}>
      <h2>As what do they get it?</h2>
      <fieldset className="options">
        <legend>Role</legend>
        {(Object.keys(shareRoleTexts) as ShareRole[]).map((each) => (
          <label key={each} className="check">
            <input type="radio" name="role" checked={role === each} onChange={() => setRole(each)} />
            <span>
              {shareRoleTexts[each].name}
              <span className="faint">{shareRoleTexts[each].means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset className="options">
        <legend>Options</legend>
        {role !== 'installation-manager' && (
          <label className="check">
            <input type="checkbox" name="branded" defaultChecked={terms.branded} />
            Their work carries our name
          </label>
        )}
        <label className="check">
          <input type="checkbox" name="future" defaultChecked={terms.includeFuture} />
          Cover what is added later too
        </label>
        <div className="fields">
          <label>
            Access ends, if it should
            <input name="end" type="datetime-local" defaultValue={localTime(terms.expiresAt)} />
          </label>
          <label>
            Largest current in A, if limited
            <input
              name="current"
              type="number"
              min={6}
              max={1_000}
              step="any"
              defaultValue={terms.maximumCurrent_A ?? ''}
            />
          </label>
        </div>
      </fieldset>
      <p className="faint">The role cannot be changed later: an access is taken back and given anew.</p>
      <div className="actions">
        <button type="submit" disabled={busy}>
          Check what is shared
        </button>
        <button type="button" className="quiet" onClick={onBack}>
          Back
        </button>
      </div>
    </form>
  );
}

/** As an input of the kind datetime-local takes it: the clock on the wall of this browser. */
function localTime(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
