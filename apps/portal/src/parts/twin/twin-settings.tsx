import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { BusbarProblem } from '#libs/sdk/client.js';
import { wishSettings, type SettingEdits, type Twin } from '../../site-api.js';
import { cableLockTexts } from '../../twin-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';
import { SettingState } from './setting-state.js';

interface Props {
  readonly twin: Twin;
  readonly mayConfigure: boolean;
}

/** What was read when the editing began, so that nobody's newer wish is overwritten unseen. */
interface Editing {
  readonly base: Twin;
  readonly edits: SettingEdits;
  /** It was said that somebody else was faster: saving again is meant. */
  readonly overtaken: boolean;
}

type CableLock = NonNullable<SettingEdits['cableLock']>;
const cableLocks = Object.keys(cableLockTexts) as CableLock[];

/** The settings that a charger keeps itself, saved together. */
export function TwinSettings({ twin, mayConfigure }: Props) {
  const [editing, setEditing] = useState<Editing | null>(null);
  const queries = useQueryClient();
  const refetch = () => queries.invalidateQueries({ queryKey: ['twin', twin.deviceId] });
  const { problem, busy, attempt } = useAttempt(refetch);
  const edit = (changed: SettingEdits) =>
    setEditing({
      base: editing?.base ?? twin,
      overtaken: editing?.overtaken ?? false,
      edits: { ...editing?.edits, ...changed },
    });
  const wish = async ({ base, edits, overtaken }: Editing) => {
    try {
      await wishSettings(overtaken ? twin : base, edits);
      setEditing(null);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      await refetch();
      setEditing({ base, edits, overtaken: true });
    }
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (editing) void attempt(() => wish(editing));
  };
  const shown: SettingEdits = { ...twin.reported, ...twin.desired, ...editing?.edits };
  return (
    <form className="twin" aria-label="Settings" onSubmit={save}>
      <ul className="setting-list" aria-live="polite">
        <li>
          {mayConfigure ? (
            <NumberField
              label="Maximum current"
              unit="A"
              min={6}
              max={32}
              value={shown.maxCurrent_A}
              onChange={(maxCurrent_A) => edit({ maxCurrent_A })}
            />
          ) : (
            <span>Maximum current</span>
          )}
          <SettingState twin={twin} setting="maxCurrent_A" />
        </li>
        <li>
          {mayConfigure ? (
            <NumberField
              label="Brightness"
              unit="%"
              min={0}
              max={100}
              value={shown.brightness_percent}
              onChange={(brightness_percent) => edit({ brightness_percent })}
            />
          ) : (
            <span>Brightness</span>
          )}
          <SettingState twin={twin} setting="brightness_percent" />
        </li>
        <li>
          {mayConfigure ? (
            <label>
              Cable lock
              <select
                value={shown.cableLock ?? ''}
                onChange={(event) => edit({ cableLock: event.target.value as CableLock })}
              >
                {shown.cableLock === undefined && <option value="">Not known</option>}
                {cableLocks.map((each) => (
                  <option key={each} value={each}>
                    {cableLockTexts[each]}
                  </option>
                ))}
              </select>
            </label>
          ) : (
            <span>Cable lock</span>
          )}
          <SettingState twin={twin} setting="cableLock" />
        </li>
        {twin.keys.phaseRotation && (
          <li>
            <span>Phase rotation</span>
            <SettingState twin={twin} setting="phaseRotation" />
          </li>
        )}
      </ul>
      {editing?.overtaken && (
        <p role="alert" className="problem">
          Somebody else was faster: the settings have changed since you began. Look at what is wished now.
          Save again to put yours in its place, or keep theirs.
        </p>
      )}
      {problem && <ProblemNote error={problem} />}
      {mayConfigure && (
        <div className="actions">
          <button type="submit" disabled={busy || editing === null}>
            Save settings
          </button>
          {editing && (
            <button type="button" className="quiet" onClick={() => setEditing(null)}>
              {editing.overtaken ? 'Keep theirs' : 'Discard'}
            </button>
          )}
        </div>
      )}
    </form>
  );
}

const isOvertaken = (error: unknown): boolean =>
  error instanceof BusbarProblem && error.problem.code === 'twin-changed';

function NumberField(props: {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly value: number | undefined;
  readonly onChange: (value: number) => void;
}) {
  const { label, unit, min, max, value, onChange } = props;
  return (
    <label>
      {label}
      <span className="with-unit">
        <input
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          required={value !== undefined}
          value={value === undefined || Number.isNaN(value) ? '' : value}
          onChange={(event) => onChange(event.target.valueAsNumber)}
        />
        <span>{unit}</span>
      </span>
    </label>
  );
}
