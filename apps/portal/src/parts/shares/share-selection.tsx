import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import type { Share, ShareCandidate, ShareLevel } from '../../sharing-api.js';
import { count } from '../../sharing-texts.js';
import { ProblemNote } from '../problem-note.js';

const levels: readonly ShareLevel[] = ['customer', 'location', 'installation'];
const plural: Readonly<Record<ShareLevel, string>> = {
  customer: 'Customers',
  location: 'Locations',
  installation: 'Installations',
};

interface ShareSelectionProps {
  readonly organisationId: string;
  readonly share: Share;
  readonly selected: readonly ShareCandidate[];
  readonly onSelect: (selected: readonly ShareCandidate[]) => void;
  readonly onDone: () => void;
}

/** What is to be shared: at the level that was asked for or below it (CS-12, CS-15), walked from customers down. */
export function ShareSelection({ organisationId, share, selected, onSelect, onDone }: ShareSelectionProps) {
  const offered = levels.slice(levels.indexOf(share.level));
  const [kind, setKind] = useState<ShareLevel>(share.level);
  const [inside, setInside] = useState<ShareCandidate | null>(null);
  const [search, setSearch] = useState('');
  const look = (level: ShareLevel, within: ShareCandidate | null) => {
    setKind(level);
    setInside(within);
    setSearch('');
  };
  const candidates = useQuery({
    queryKey: ['candidates', share.shareId, kind, inside?.id, search],
    queryFn: () =>
      unwrap(
        api.GET('/v1/organisations/{organisationId}/shares/{shareId}/candidates', {
          params: {
            path: { organisationId, shareId: share.shareId },
            query: {
              kind,
              limit: 100,
              ...(search === '' ? {} : { search }),
              ...(inside?.kind === 'customer' ? { customerId: inside.id } : {}),
              ...(inside?.kind === 'location' ? { locationId: inside.id } : {}),
            },
          },
        }),
      ),
    placeholderData: (before) => before,
  });
  const isSelected = ({ id }: ShareCandidate): boolean => selected.some((each) => each.id === id);
  const toggle = (candidate: ShareCandidate) =>
    onSelect(
      isSelected(candidate) ? selected.filter(({ id }) => id !== candidate.id) : [...selected, candidate],
    );

  return (
    <>
      <h2>What do you share?</h2>
      <div className="share">
        {offered.length > 1 && (
          <fieldset className="choice">
            <legend className="unseen">What to select</legend>
            {offered.map((level) => (
              <button
                key={level}
                type="button"
                aria-pressed={kind === level}
                onClick={() => look(level, null)}
              >
                {plural[level]}
              </button>
            ))}
          </fieldset>
        )}
        <label>
          Search by name
          <input
            type="search"
            value={search}
            maxLength={120}
            onChange={({ currentTarget: { value } }) => setSearch(value)}
          />
        </label>
      </div>
      {inside && (
        <p>
          {plural[kind]} of <strong>{inside.name}</strong>{' '}
          <button type="button" className="quiet" onClick={() => look(inside.kind, null)}>
            Back to {plural[inside.kind].toLowerCase()}
          </button>
        </p>
      )}
      {candidates.error && <ProblemNote error={candidates.error} />}
      {candidates.data?.items.length === 0 && <p className="page-note">Nothing here that you may share.</p>}
      <ul className="access-list" aria-label={plural[kind]}>
        {candidates.data?.items.map((candidate) => (
          <li key={candidate.id}>
            <label className="check">
              <input type="checkbox" checked={isSelected(candidate)} onChange={() => toggle(candidate)} />
              <span>
                {candidate.name} <span className="faint">{whereOf(candidate)}</span>
              </span>
            </label>
            {candidate.kind !== 'installation' && (
              <button
                type="button"
                className="quiet"
                aria-label={`Look into ${candidate.name}`}
                onClick={() => look(candidate.kind === 'customer' ? 'location' : 'installation', candidate)}
              >
                Look into it
              </button>
            )}
          </li>
        ))}
      </ul>
      {candidates.data && candidates.data.nextCursor !== null && (
        <p className="page-note">There are more; search for the one you need.</p>
      )}
      <output className="told">
        {count(selected.length, 'object')} selected
        {selected.length > 0 && `: ${selected.map(({ name }) => name).join(', ')}`}
      </output>
      <button type="button" disabled={selected.length === 0} onClick={onDone}>
        Continue
      </button>
    </>
  );
}

const whereOf = ({ kind, customer, location }: ShareCandidate): string =>
  [kind === 'customer' ? '' : customer?.name, kind === 'installation' ? location?.name : '']
    .filter(Boolean)
    .join(' · ');
