import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, unwrap } from '../../api.js';
import { once, type InboxEntry } from '../../sharing-api.js';
import { describeEntry, shownTime } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';

const inbox = '/v1/organisations/{organisationId}/inbox';

/** What the organisation was told, newest first (CS-10, CS-38); a share opens at its next step. */
export function InboxList({ organisationId }: { readonly organisationId: string }) {
  const entries = useQuery({
    queryKey: ['inbox', organisationId],
    queryFn: () => unwrap(api.GET(inbox, { params: { path: { organisationId }, query: { limit: 50 } } })),
    refetchInterval: 30_000,
  });
  const { problem, busy, attempt } = useAttempt(() => entries.refetch());
  const read = (entryId: string) =>
    attempt(() =>
      unwrap(
        api.POST(`${inbox}/{entryId}/read`, {
          params: { path: { organisationId, entryId }, header: once() },
        }),
      ),
    );
  const waiting = entries.data?.items.filter(({ readAt }) => readAt === null).length ?? 0;
  return (
    <section className="card" aria-labelledby="inbox-title">
      <h2 id="inbox-title">Inbox {waiting > 0 && <span className="pill warn">{waiting} unread</span>}</h2>
      {entries.error && <ProblemNote error={entries.error} />}
      {entries.data?.items.length === 0 && <p className="page-note">Nothing yet.</p>}
      <ul className="access-list" aria-label="Inbox">
        {entries.data?.items.map((entry) => (
          <li key={entry.entryId}>
            <EntryText organisationId={organisationId} entry={entry} />
            <span className="faint">{shownTime(entry.at)}</span>
            {entry.readAt === null && (
              <button
                type="button"
                className="quiet"
                aria-label={`Mark as read: ${describeEntry(entry.kind, entry.detail)}`}
                disabled={busy}
                onClick={() => void read(entry.entryId)}
              >
                Mark as read
              </button>
            )}
          </li>
        ))}
      </ul>
      {entries.data && entries.data.nextCursor !== null && (
        <p className="page-note">The 50 newest are shown.</p>
      )}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}

function EntryText({
  organisationId,
  entry,
}: {
  readonly organisationId: string;
  readonly entry: InboxEntry;
}) {
  const text = describeEntry(entry.kind, entry.detail);
  const shown = entry.readAt === null ? <strong>{text}</strong> : text;
  if (!entry.kind.startsWith('share-')) return <span>{shown}</span>;
  return <Link to={`/organisations/${organisationId}/shares/${entry.subjectId}`}>{shown}</Link>;
}
