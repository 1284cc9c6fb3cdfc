import { useState, type FormEvent } from 'react';
import { api, unwrap, type AccessEntry } from '../api.js';
import { actionTexts } from '../access-texts.js';
import type { Explanation, LocationAction } from '../sharing-api.js';
import { shownTime } from '../sharing-texts.js';
import { useAttempt } from '../use-attempt.js';
import { ProblemNote } from './problem-note.js';

interface ExplainAccessProps {
  readonly locationId: string;
  readonly entries: readonly AccessEntry[];
}

interface Answer {
  readonly name: string;
  readonly explanation: Explanation;
}

/** Why a person may or may not do something here, in the words of the decision itself. */
export function ExplainAccess({ locationId, entries }: ExplainAccessProps) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const people = new Map(
    entries.flatMap(({ who }) => (who.kind === 'person' ? [[who.personId, who.name] as const] : [])),
  );
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entry = new FormData(event.currentTarget);
    const query = {
      personId: String(entry.get('person')),
      action: String(entry.get('action')) as LocationAction,
    };
    setAnswer(null);
    void attempt(async () => {
      const explanation = await unwrap(
        api.GET('/v1/locations/{locationId}/explain', { params: { path: { locationId }, query } }),
      );
      setAnswer({ name: people.get(query.personId) ?? '', explanation });
    });
  };
  return (
    <section aria-labelledby="explain-title">
      <h3 id="explain-title">Who may do what, and why</h3>
      <form className="share" onSubmit={ask}>
        <label>
          Person
          <select name="person" required>
            {[...people].map(([personId, name]) => (
              <option key={personId} value={personId}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          May they
          <select name="action">
            {Object.entries(actionTexts).map(([action, text]) => (
              <option key={action} value={action}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={busy || people.size === 0}>
          Explain
        </button>
      </form>
      {problem && <ProblemNote error={problem} />}
      <output>{answer && <Told answer={answer} />}</output>
    </section>
  );
}

function Told({ answer: { name, explanation } }: { readonly answer: Answer }) {
  const { allowed, by, missing, action } = explanation;
  const what = actionTexts[action];
  if (allowed && by)
    return (
      <>
        <strong>
          Yes, {name} may {what}
          {by.extent === 'own' ? ', but only what is their own' : ''}.
        </strong>{' '}
        {byTexts[by.kind]} as {by.role.replaceAll('-', ' ')}
        {by.expiresAt === null ? '.' : `, until ${shownTime(by.expiresAt)}.`}
      </>
    );
  return (
    <>
      <strong>
        No, {name} may not {what}.
      </strong>{' '}
      {[...new Set(missing.map(({ sentence }) => sentence))].join(' ')}
    </>
  );
}

const byTexts: Readonly<Record<NonNullable<Explanation['by']>['kind'], string>> = {
  owner: 'Allowed',
  membership: 'Allowed by membership of an organisation,',
  grant: 'Allowed by what was shared,',
};
