import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import { once } from '../../sharing-api.js';
import type { SessionExport } from '../../site-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';
import type { Period } from './period.js';

interface Props {
  readonly locationId: string;
  readonly period: Period;
}

type Format = SessionExport['format'];
const formatTexts: Readonly<Record<Format, string>> = { csv: 'CSV', xlsx: 'Excel workbook' };

/** All sessions of the time as a file: it is asked for, made in the background, and fetched (NB-90). */
export function SessionExports({ locationId, period }: Props) {
  const [asked, setAsked] = useState<SessionExport | null>(null);
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const progress = useQuery({
    queryKey: ['export', asked?.exportId],
    queryFn: () => exportOf(asked?.exportId ?? ''),
    enabled: asked !== null,
    refetchInterval: ({ state: { data } }) => (data && isOver(data) ? false : 1_000),
  });
  const ask = (format: Format) => attempt(async () => setAsked(await askFor(locationId, format, period)));
  const job = progress.data ?? asked;
  return (
    <section className="card" aria-labelledby="export-title">
      <h2 id="export-title">These sessions as a file</h2>
      <div className="actions">
        {(['csv', 'xlsx'] as const).map((format) => (
          <button
            key={format}
            type="button"
            className="quiet"
            disabled={busy || (job !== null && !isOver(job))}
            onClick={() => void ask(format)}
          >
            {formatTexts[format]}
          </button>
        ))}
      </div>
      {problem && <ProblemNote error={problem} />}
      {progress.error && <ProblemNote error={progress.error} />}
      {job && (
        <output className="told">
          <Progress job={job} />
        </output>
      )}
    </section>
  );
}

function Progress({ job }: { readonly job: SessionExport }) {
  const { exportId, state, format, reason, sessions, total, expiresAt } = job;
  if (state === 'failed') return <p className="problem">{failureText(reason)}</p>;
  if (state === 'ready')
    return (
      <>
        <a href={`/v1/exports/${exportId}/file`} download>
          Download the {formatTexts[format]} with {sessions === 1 ? '1 session' : `${sessions} sessions`}
        </a>{' '}
        <span className="faint">
          It is kept until {new Date(expiresAt).toLocaleDateString([], { dateStyle: 'medium' })}.
        </span>
      </>
    );
  return (
    <>
      <p>
        {total === null ? 'Waiting for its turn ...' : `${sessions} of ${total} sessions are written ...`}
      </p>
      <progress aria-label="How far the file is" max={total ?? 1} value={total === null ? 0 : sessions} />
    </>
  );
}

const failureText = (reason: string | null): string =>
  reason?.startsWith('too-many-for-xlsx')
    ? 'These are too many sessions for a workbook. Ask for CSV, or for a shorter time.'
    : 'The file could not be made. Try again in a moment.';

const isOver = ({ state }: SessionExport): boolean => state === 'ready' || state === 'failed';

const exportOf = (exportId: string): Promise<SessionExport> =>
  unwrap(api.GET('/v1/exports/{exportId}', { params: { path: { exportId } } }));

const askFor = (locationId: string, format: Format, period: Period): Promise<SessionExport> =>
  unwrap(
    api.POST('/v1/locations/{locationId}/exports', {
      params: { path: { locationId }, header: once() },
      body: { format, ...period },
    }),
  );
