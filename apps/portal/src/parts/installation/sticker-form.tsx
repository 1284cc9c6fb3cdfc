import { useState, type FormEvent } from 'react';
import { BusbarProblem } from '#libs/sdk/client.js';
import type { Sticker } from '../../site-api.js';
import { ProblemNote } from '../problem-note.js';

interface Props {
  /** What the button says. */
  readonly action: string;
  readonly busy: boolean;
  readonly problem: Error | null;
  /** Whether the device is given a name; one that takes the place of another keeps that one's. */
  readonly named: boolean;
  /** Answers whether it went well: then the form is empty again. */
  readonly onSubmit: (sticker: Sticker, name: string) => Promise<boolean>;
}

const empty = { serial: '', pin: '', code: '', name: '' };

/** What the sticker of a device says: serial and PIN, or the text of its QR code (NB-70, NB-73). */
export function StickerForm({ action, busy, problem, named, onSubmit }: Props) {
  const [way, setWay] = useState<'typed' | 'code'>('typed');
  const [fields, setFields] = useState(empty);
  const set = (changed: Partial<typeof empty>) => setFields({ ...fields, ...changed });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { serial, pin, code, name } = fields;
    const sticker = way === 'typed' ? { serial: serial.trim(), pin: pin.trim() } : { code: code.trim() };
    if (await onSubmit(sticker, name.trim())) setFields(empty);
  };
  return (
    <form className="sticker" onSubmit={(event) => void submit(event)}>
      <fieldset className="choice">
        <legend className="unseen">How you tell what the sticker says</legend>
        <button type="button" aria-pressed={way === 'typed'} onClick={() => setWay('typed')}>
          Serial and PIN
        </button>
        <button type="button" aria-pressed={way === 'code'} onClick={() => setWay('code')}>
          Text of the QR code
        </button>
      </fieldset>
      <div className="fields">
        {way === 'typed' ? (
          <>
            <TextField
              label="Serial"
              most={64}
              value={fields.serial}
              onChange={(serial) => set({ serial })}
            />
            <TextField label="PIN" most={64} value={fields.pin} onChange={(pin) => set({ pin })} />
          </>
        ) : (
          <TextField label="QR code" most={300} value={fields.code} onChange={(code) => set({ code })} />
        )}
        {named && (
          <TextField label="Name here" most={120} value={fields.name} onChange={(name) => set({ name })} />
        )}
        <button type="submit" disabled={busy}>
          {action}
        </button>
      </div>
      {problem && <StickerProblem error={problem} />}
    </form>
  );
}

function TextField(props: {
  readonly label: string;
  readonly most: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { label, most, value, onChange } = props;
  return (
    <label>
      {label}
      <input
        required
        maxLength={most}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

/** A person sees no headers, and tries at a sticker are counted for a quarter of an hour. */
function StickerProblem({ error }: { readonly error: Error }) {
  if (error instanceof BusbarProblem && error.problem.code === 'too-many-requests')
    return (
      <p role="alert" className="problem">
        Too many tries. Wait a quarter of an hour, then read the sticker again.
      </p>
    );
  return <ProblemNote error={error} />;
}
