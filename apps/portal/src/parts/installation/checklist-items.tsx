import { useState, type FormEvent } from 'react';
import { itemText } from '../../installation-texts.js';
import { putChecklistItem, type ChecklistItem, type ChecklistPlace } from '../../site-api.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';

interface Props {
  readonly place: ChecklistPlace;
  /** Of the location or the device. */
  readonly name: string;
  readonly items: readonly ChecklistItem[];
  readonly mayTick: boolean;
  readonly onChange: () => Promise<unknown>;
}

/** What is looked at before the hand-over; the house knows some of it by itself (NB-61). */
export function ChecklistItems({ place, name, items, mayTick, onChange }: Props) {
  const { problem, busy, attempt } = useAttempt(onChange);
  if (items.length === 0) return null;
  const kind = 'deviceId' in place ? 'device' : 'location';
  return (
    <>
      <ul className="checklist" aria-label={`Checklist of ${name}`}>
        {items.map((item) => (
          <li key={item.item}>
            <span className={`tick ${item.done ? 'good' : 'warn'}`}>
              <span aria-hidden="true">{item.done ? '✓' : '○'}</span>
              <span className="unseen">{stateOf(item)}</span>
            </span>
            <span className="what">
              <strong>{itemText(kind, item).title}</strong>
              <span className="faint">{detailOf(item, itemText(kind, item).open)}</span>
              {item.note && <q>{item.note}</q>}
              {mayTick && !item.computed && !item.done && (
                <TickForm
                  name={`${itemText(kind, item).title} of ${name}`}
                  busy={busy}
                  onTick={(note) => attempt(() => putChecklistItem(place, item.item, { note }))}
                />
              )}
            </span>
            {mayTick && !item.computed && item.done && (
              <button
                type="button"
                className="quiet"
                aria-label={`Open again: ${itemText(kind, item).title} of ${name}`}
                disabled={busy}
                onClick={() => void attempt(() => putChecklistItem(place, item.item, null))}
              >
                Open again
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem && <ProblemNote error={problem} />}
    </>
  );
}

function TickForm(props: {
  readonly name: string;
  readonly busy: boolean;
  readonly onTick: (note: string | null) => Promise<boolean>;
}) {
  const { name, busy, onTick } = props;
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onTick(note.trim() === '' ? null : note.trim());
  };
  return (
    <form className="tick-form" onSubmit={submit}>
      <input
        aria-label={`Note on ${name}`}
        placeholder="Note, if you like"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="submit" aria-label={`Tick ${name}`} disabled={busy}>
        Tick
      </button>
    </form>
  );
}

const stateOf = ({ done }: ChecklistItem): string => (done ? 'done' : 'open');

function detailOf({ done, computed, doneBy, doneAt }: ChecklistItem, open: string): string {
  if (!done) return `Open: ${open}.`;
  if (computed || doneAt === null) return 'Done; seen by Busbar itself.';
  const day = new Date(doneAt).toLocaleDateString([], { dateStyle: 'medium' });
  return `Ticked by ${doneBy?.name ?? 'somebody who has left'}, ${day}`;
}
