import { useState, type FormEvent } from 'react';
import { api, unwrap, type Invitation } from '../api.js';

type Mode = Invitation['kind'];

const modes: readonly (readonly [Mode, string])[] = [
  ['person', 'A person, by e-mail'],
  ['organisation', 'An organisation, by its key'],
  ['code', 'Anybody, by a code'],
];

interface ShareFormProps {
  readonly locationId: string;
  /** Runs the sharing, shows its problem and the list anew. */
  readonly attempt: (work: () => Promise<unknown>) => Promise<void>;
}

/** Inviting somebody to the location: three ways (NB-15). */
export function ShareForm({ locationId, attempt }: ShareFormProps) {
  const [mode, setMode] = useState<Mode>('person');
  const [told, setTold] = useState('');
  const share = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entries = new FormData(form);
    const text = (name: string): string => String(entries.get(name));
    const role = entries.get('role') === 'guest' ? ('guest' as const) : ('partner' as const);
    setTold('');
    void attempt(async () => {
      await invite(
        mode === 'person'
          ? { kind: mode, email: text('email'), role }
          : mode === 'organisation'
            ? { kind: mode, key: text('key') }
            : { kind: mode, role },
      );
      form.reset();
      setTold(outcomes[mode]);
    });
  };
  const invite = (
    body:
      | { kind: 'person'; email: string; role: Role }
      | { kind: 'organisation'; key: string }
      | { kind: 'code'; role: Role },
  ) =>
    unwrap(
      api.POST('/v1/locations/{locationId}/invitations', {
        params: { path: { locationId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        body: { language: 'en', expiresAt: null, ...body },
      }),
    );

  return (
    <form className="share" onSubmit={share}>
      <label>
        Share with
        <select value={mode} onChange={(event) => setMode(event.currentTarget.value as Mode)}>
          {modes.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {mode === 'person' && (
        <label>
          E-mail of the person
          <input name="email" type="email" required autoComplete="off" />
        </label>
      )}
      {mode === 'organisation' && (
        <label>
          Key of the organisation
          <input name="key" required autoComplete="off" maxLength={64} />
        </label>
      )}
      {mode !== 'organisation' && (
        <label>
          As
          <select name="role" defaultValue="partner">
            <option value="partner">Partner</option>
            <option value="guest">Guest</option>
          </select>
        </label>
      )}
      <button type="submit">Share</button>
      <output className="faint">{told}</output>
    </form>
  );
}

type Role = 'partner' | 'guest';

/** The same whether or not the address has an account and the key an organisation. */
const outcomes: Readonly<Record<Mode, string>> = {
  person: 'We sent an e-mail. Access begins when it is accepted.',
  organisation: 'If the key is right, the administrators of the organisation got an e-mail.',
  code: 'The code is in the list. Hand it to whom you want to let in.',
};
