import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { api, unwrap } from '../../api.js';
import { once, type ShareLevel } from '../../sharing-api.js';
import { levelTexts } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';

interface RequestShareProps {
  readonly organisationId: string;
  readonly connectionId: string;
  readonly onAsked: () => void;
}

/** Asking the other side of a connection for a share, under a name of its own that both see (CS-04 to CS-06). */
export function RequestShare({ organisationId, connectionId, onAsked }: RequestShareProps) {
  const queries = useQueryClient();
  const { problem, busy, attempt } = useAttempt(() =>
    queries.invalidateQueries({ queryKey: ['shares', organisationId] }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entry = new FormData(event.currentTarget);
    const message = String(entry.get('message')).trim();
    const body = {
      level: String(entry.get('level')) as ShareLevel,
      name: String(entry.get('name')),
      message: message === '' ? null : message,
    };
    const asked = await attempt(() =>
      unwrap(
        api.POST('/v1/organisations/{organisationId}/connections/{connectionId}/shares', {
          params: { path: { organisationId, connectionId }, header: once() },
          body,
        }),
      ),
    );
    if (asked) onAsked();
  };
  return (
    <form className="share whole-line" aria-label="Ask for a share" onSubmit={(event) => void submit(event)}>
      <label>
        Name of the share
        <input name="name" required maxLength={120} autoComplete="off" />
      </label>
      <label>
        What you ask for
        <select name="level" defaultValue="location">
          {Object.entries(levelTexts).map(([level, text]) => (
            <option key={level} value={level}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label className="wide">
        Message, if you like
        <textarea name="message" rows={2} maxLength={2_000} />
      </label>
      <button type="submit" disabled={busy}>
        Send the request
      </button>
      {problem && <ProblemNote error={problem} />}
    </form>
  );
}
