import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { allPages } from '../../all-pages.js';
import { allLocations, api, unwrap } from '../../api.js';
import type { ShareLevel } from '../../sharing-api.js';
import { ProblemNote } from '../problem-note.js';
import { MappingLine } from './mapping-line.js';
import type { SharedObject } from './share-contents.js';

export interface Mapping {
  readonly kind: ShareLevel;
  readonly id: string;
  readonly into: { existing: string } | { create: { name: string } } | null;
}

interface MappingFormProps {
  readonly organisationId: string;
  readonly objects: readonly SharedObject[];
  readonly busy: boolean;
  readonly onDone: (mapping: readonly Mapping[]) => void;
}

/** What to take over, and where each of it goes (CS-39 to CS-42). */
export function MappingForm({ organisationId, objects, busy, onDone }: MappingFormProps) {
  const needs = (kind: ShareLevel): boolean => objects.some((object) => object.kind === kind);
  const customers = useQuery({
    queryKey: ['own-customers', organisationId],
    queryFn: () =>
      allPages((query) =>
        unwrap(
          api.GET('/v1/organisations/{organisationId}/customers', {
            params: { path: { organisationId }, query },
          }),
        ),
      ),
    enabled: needs('location'),
  });
  const locations = useQuery({
    queryKey: ['locations'],
    queryFn: allLocations,
    enabled: needs('installation'),
  });
  const placesOf = (kind: ShareLevel): readonly { id: string; name: string }[] => {
    if (kind === 'location')
      return (customers.data ?? []).map(({ customerId, name }) => ({ id: customerId, name }));
    return (locations.data ?? [])
      .filter(({ installedBy }) => installedBy?.organisationId === organisationId)
      .map(({ locationId, name }) => ({ id: locationId, name }));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entry = new FormData(event.currentTarget);
    const text = (name: string): string => String(entry.get(name) ?? '');
    onDone(
      objects
        .filter(({ id }) => entry.has(`take-${id}`))
        .map(({ kind, id }) => {
          if (kind === 'customer') return { kind, id, into: null };
          const existing = text(`place-${id}`);
          const into = existing === '' ? { create: { name: text(`name-${id}`) } } : { existing };
          return { kind, id, into };
        }),
    );
  };
  const problem = customers.error ?? locations.error;
  return (
    <form className="card" aria-labelledby="mapping-title" onSubmit={submit}>
      <h2 id="mapping-title">Where does it go?</h2>
      {problem && <ProblemNote error={problem} />}
      {objects.map((object) => (
        <MappingLine key={object.id} object={object} places={placesOf(object.kind)} />
      ))}
      <button type="submit" disabled={busy}>
        Check for duplicates
      </button>
    </form>
  );
}
