/** Calendar days, e.g. `2026-03-01`, both included. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

interface Props {
  readonly days: Days;
  readonly onChange: (days: Days) => void;
}

/** The other end moves along where the time would be none at all; a half-typed date changes nothing. */
export function PeriodFields({ days, onChange }: Props) {
  const first = (value: string) =>
    value !== '' && onChange({ first: value, last: value > days.last ? value : days.last });
  const last = (value: string) =>
    value !== '' && onChange({ first: value < days.first ? value : days.first, last: value });
  return (
    <div className="period">
      <label>
        First day
        <input type="date" value={days.first} onChange={(event) => first(event.target.value)} />
      </label>
      <label>
        Last day
        <input type="date" value={days.last} onChange={(event) => last(event.target.value)} />
      </label>
    </div>
  );
}
