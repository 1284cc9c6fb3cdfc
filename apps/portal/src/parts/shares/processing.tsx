import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import type { ShareStepProps } from './share-step.js';
import { once } from '../../sharing-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';
import { MappingForm, type Mapping } from './mapping-form.js';
import { ProcessingPreview, type FoundItem } from './processing-preview.js';
import { ShareContents } from './share-contents.js';
import { ShareProgress } from './share-progress.js';

const root = '/v1/organisations/{organisationId}/shares/{shareId}';

/** Taking a share over (CS-38 to CS-46): where each object goes, what is there already, confirm, follow it to its end. */
export function Processing({ organisationId, share, onChange }: ShareStepProps) {
  const { shareId, status, availableAt, progress } = share;
  const [checked, setChecked] = useState<{
    readonly mapping: readonly Mapping[];
    readonly found: readonly FoundItem[];
  } | null>(null);
  const path = { organisationId, shareId };
  const items = useQuery({
    // Read anew with every step of the job.
    queryKey: ['share-items', shareId, status, progress.taken],
    queryFn: () => unwrap(api.GET(`${root}/items`, { params: { path } })),
    enabled: status !== 'preparing',
    placeholderData: (before) => before,
  });
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const check = (mapping: readonly Mapping[]) =>
    void attempt(async () => {
      const body = { objects: [...mapping] };
      const found = await unwrap(
        api.POST(`${root}/process/preview`, { params: { path, header: once() }, body }),
      );
      setChecked({ mapping, found: found.items });
    });
  const confirm = (mapping: readonly Mapping[]) =>
    void attempt(async () => {
      const body = { objects: [...mapping] };
      const begun = await unwrap(api.POST(`${root}/process`, { params: { path, header: once() }, body }));
      setChecked(null);
      await onChange(begun);
    });
  const retry = () =>
    void attempt(async () =>
      onChange(await unwrap(api.POST(`${root}/retry`, { params: { path, header: once() } }))),
    );
  const open = (items.data?.objects ?? []).filter((object) =>
    object.items.some(({ state }) => state === 'offered' || state === 'chosen'),
  );
  const asks = status === 'available' || (status === 'failed' && availableAt !== null);

  return (
    <>
      <section className="card" aria-labelledby="progress-title">
        <h2 id="progress-title">
          {status === 'processed' ? 'Everything is taken over' : 'Taking the share over'}
        </h2>
        <ShareProgress share={share} />
        {status === 'failed' && availableAt !== null && (
          <>
            <p>Nothing that was taken over is lost. Try again, or choose another place below.</p>
            <button type="button" disabled={busy} onClick={retry}>
              Try again
            </button>
          </>
        )}
        {problem && <ProblemNote error={problem} />}
      </section>
      {items.error && <ProblemNote error={items.error} />}
      {asks && checked === null && open.length > 0 && (
        <MappingForm organisationId={organisationId} objects={open} busy={busy} onDone={check} />
      )}
      {asks && checked !== null && (
        <ProcessingPreview
          found={checked.found}
          busy={busy}
          onBack={() => setChecked(null)}
          onConfirm={() => confirm(checked.mapping)}
        />
      )}
      {items.data && <ShareContents objects={items.data.objects} />}
    </>
  );
}
