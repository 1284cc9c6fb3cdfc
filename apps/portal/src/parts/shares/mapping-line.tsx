import { useState } from 'react';
import type { SharedObject } from './share-contents.js';

interface MappingLineProps {
  readonly object: SharedObject;
  /** One's own customers for a location, one's own locations for an installation. */
  readonly places: readonly { readonly id: string; readonly name: string }[];
}

const placeNames = { customer: '', location: 'customer', installation: 'location' } as const;

/** One shared object: take it over or leave it, into an existing place or a new one. */
export function MappingLine({ object: { kind, id, name }, places }: MappingLineProps) {
  const [taken, take] = useState(true);
  const [place, setPlace] = useState('');
  const what = placeNames[kind];
  return (
    <fieldset className="options">
      <legend>{name}</legend>
      <label className="check">
        <input
          type="checkbox"
          name={`take-${id}`}
          checked={taken}
          onChange={({ currentTarget: { checked } }) => take(checked)}
        />
        Take over {name}
      </label>
      {taken && kind === 'customer' && <p className="faint">The whole customer is imported as it is.</p>}
      {taken && kind !== 'customer' && (
        <div className="fields">
          <label>
            Your {what} for {name}
            <select
              name={`place-${id}`}
              value={place}
              onChange={({ currentTarget: { value } }) => setPlace(value)}
            >
              <option value="">A new {what}</option>
              {places.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.name}
                </option>
              ))}
            </select>
          </label>
          {place === '' && (
            <label>
              Name of the new {what} for {name}
              <input name={`name-${id}`} required maxLength={120} defaultValue={name} autoComplete="off" />
            </label>
          )}
        </div>
      )}
    </fieldset>
  );
}
