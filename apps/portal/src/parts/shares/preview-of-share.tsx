import type { SharePreview } from '../../sharing-api.js';
import { count, shareRoleTexts, shownTime } from '../../sharing-texts.js';

interface PreviewOfShareProps {
  readonly preview: SharePreview;
  readonly requesterName: string;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}

/** Exactly what a confirmation shares, as the server would do it (CS-16). */
export function PreviewOfShare({ preview, requesterName, busy, onBack, onConfirm }: PreviewOfShareProps) {
  const { role, branded, includeFuture } = preview.terms;
  return (
    <>
      <h2>This is what {requesterName} gets</h2>
      <ul className="facts">
        <li>
          As {shareRoleTexts[role].name.toLowerCase()}. {shareRoleTexts[role].means}
        </li>
        {branded && <li>Their work carries your name.</li>}
        <li>{includeFuture ? 'What you add later is shared too.' : 'What you add later is not shared.'}</li>
      </ul>
      {preview.objects.map(({ kind, id, name, limits, contains }) => (
        <section key={id} aria-label={`Shared: ${name}`}>
          <h3>{name}</h3>
          <p className="faint">
            {[
              `${kind}, ${count(contains.length, 'object')} in all`,
              limits.expiresAt === null ? 'without an end' : `until ${shownTime(limits.expiresAt)}`,
              limits.maximumCurrent_A === null ? '' : `at most ${limits.maximumCurrent_A} A`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <ul className="tree">
            {contains.map((each) => (
              <li key={each.id}>
                {each.name} <span className="faint">{each.kind}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className="actions">
        <button type="button" disabled={busy} onClick={onConfirm}>
          Confirm and share
        </button>
        <button type="button" className="quiet" onClick={onBack}>
          Back
        </button>
      </div>
    </>
  );
}
