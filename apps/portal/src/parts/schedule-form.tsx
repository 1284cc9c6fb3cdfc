import { useState, type FormEvent } from 'react';
import type { CommandRequest } from '../api.js';

type Window = Extract<CommandRequest, { action: 'set-schedule' }>['windows'][number];
type Day = Window['days'][number];

const days: readonly (readonly [Day, string])[] = [
  ['mon', 'Mo'],
  ['tue', 'Tu'],
  ['wed', 'We'],
  ['thu', 'Th'],
  ['fri', 'Fr'],
  ['sat', 'Sa'],
  ['sun', 'Su'],
];

interface Props {
  readonly windows: readonly Window[];
  readonly onSubmit: (windows: Window[]) => Promise<void>;
}

/** One weekly window in which charging is allowed, or none for always. */
export function ScheduleForm({ windows, onSubmit }: Props) {
  const first = windows[0];
  const [chosen, setChosen] = useState<readonly Day[]>(first?.days ?? days.map(([day]) => day));
  const [from, setFrom] = useState(first?.from ?? '22:00');
  const [to, setTo] = useState(first?.to ?? '06:00');

  const toggle = (day: Day) =>
    setChosen(
      chosen.includes(day)
        ? chosen.filter((each) => each !== day)
        : days.map(([each]) => each).filter((each) => each === day || chosen.includes(each)),
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit([{ days: [...chosen], from, to }]);
  };

  return (
    <form className="schedule" onSubmit={submit}>
      <fieldset>
        <legend>Charge only</legend>
        <div className="days">
          {days.map(([day, short]) => (
            <button key={day} type="button" aria-pressed={chosen.includes(day)} onClick={() => toggle(day)}>
              {short}
            </button>
          ))}
        </div>
        <label>
          from <input type="time" required value={from} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label>
          to <input type="time" required value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
      </fieldset>
      <button type="submit" disabled={chosen.length === 0}>
        Set
      </button>
      {windows.length > 0 && (
        <button type="button" className="quiet" onClick={() => void onSubmit([])}>
          Charge always
        </button>
      )}
      {windows.length > 1 && (
        <p className="faint">{windows.length} windows are set; setting one here replaces them.</p>
      )}
    </form>
  );
}
