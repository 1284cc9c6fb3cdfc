export interface FoundItem {
  readonly kind: string;
  readonly sourceId: string;
  readonly name: string;
  readonly becomes: 'new' | 'known';
}

interface ProcessingPreviewProps {
  readonly found: readonly FoundItem[];
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}

/** What would be made, and what is there already and is not made twice (CS-39, CS-46). */
export function ProcessingPreview({ found, busy, onBack, onConfirm }: ProcessingPreviewProps) {
  const known = found.filter(({ becomes }) => becomes === 'known').length;
  return (
    <section className="card" aria-labelledby="found-title">
      <h2 id="found-title">This will happen</h2>
      <p>
        {found.length - known} new, {known} you have already. What you have is not made twice.
      </p>
      <ul className="access-list" aria-label="What will happen">
        {found.map(({ kind, sourceId, name, becomes }) => (
          <li key={`${kind}-${sourceId}`}>
            <span>
              {name} <span className="faint">{kind}</span>
            </span>
            <span className={`pill ${becomes === 'new' ? 'good' : ''}`}>
              {becomes === 'new' ? 'New' : 'You have it'}
            </span>
          </li>
        ))}
      </ul>
      <div className="actions">
        <button type="button" disabled={busy || found.length === 0} onClick={onConfirm}>
          Confirm and take over
        </button>
        <button type="button" className="quiet" onClick={onBack}>
          Back
        </button>
      </div>
    </section>
  );
}
