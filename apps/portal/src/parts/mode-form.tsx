import { useState, type FormEvent } from 'react';
import type { CommandRequest, DeviceSettings } from '../api.js';
import { modeTexts } from '../texts.js';

type Mode = Extract<CommandRequest, { action: 'set-mode' }>['mode'];

/** How long a press of the button boosts. */
const boost_ms = 2 * 3_600_000;
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const modes = Object.keys(modeTexts) as Mode[];

interface Props {
  readonly desired: DeviceSettings;
  readonly onSubmit: (request: CommandRequest) => Promise<void>;
}

/** What decides beneath the fuses: balanced, the sun, or the price. */
export function ModeForm({ desired, onSubmit }: Props) {
  const [mode, setMode] = useState<Mode>(desired.mode ?? 'balanced');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit({ action: 'set-mode', mode });
  };
  return (
    <form onSubmit={submit}>
      <label>
        Charging mode
        <select value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
          {modes.map((each) => (
            <option key={each} value={each}>
              {modeTexts[each]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Set</button>
    </form>
  );
}

/** When the car leaves every day, and how much energy it needs by then; without an amount nobody said. */
export function DepartureForm({ desired, onSubmit }: Props) {
  const [at, setAt] = useState(desired.departures?.[0]?.at ?? '07:00');
  const [energy, setEnergy] = useState(String(desired.energy_kWh ?? ''));
  const set = (departures: { days: (typeof everyDay)[number][]; at: string }[]) =>
    void onSubmit({
      action: 'set-departure',
      departures,
      energy_kWh: energy === '' ? null : Number(energy),
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set([{ days: [...everyDay], at }]);
  };
  return (
    <form className="departure" onSubmit={submit}>
      <label>
        Ready by
        <input type="time" required value={at} onChange={(event) => setAt(event.target.value)} />
      </label>
      <label>
        Energy needed
        <span className="with-unit">
          <input
            type="number"
            inputMode="numeric"
            min={1}
            max={200}
            step={1}
            value={energy}
            onChange={(event) => setEnergy(event.target.value)}
          />
          <span>kWh</span>
        </span>
      </label>
      <button type="submit">Set</button>
      {(desired.departures?.length ?? 0) > 0 && (
        <button type="button" className="quiet" onClick={() => set([])}>
          No departure
        </button>
      )}
    </form>
  );
}

/** Full current for a while, whatever schedule, price and sun say. */
export function BoostForm({ desired, onSubmit }: Props) {
  const [openedAt] = useState(() => Date.now());
  const until = desired.boostUntil ? new Date(desired.boostUntil) : null;
  const boosted = until !== null && until.getTime() > openedAt;
  const boost = (instant: string | null) => void onSubmit({ action: 'boost', until: instant });
  return (
    <div className="boost">
      <button type="button" onClick={() => boost(new Date(Date.now() + boost_ms).toISOString())}>
        Boost for 2 hours
      </button>
      {boosted && (
        <>
          <span className="faint">
            Boosted until {until.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
          </span>
          <button type="button" className="quiet" onClick={() => boost(null)}>
            End boost
          </button>
        </>
      )}
    </div>
  );
}
