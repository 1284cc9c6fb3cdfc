import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { allLocations, type Location } from '../api.js';
import { OfferedLocations } from '../parts/offered-locations.js';
import { ProblemNote } from '../parts/problem-note.js';

const throughTexts: Readonly<Record<Location['through'], string>> = {
  owner: 'You own it',
  membership: 'Through your organisation',
  grant: 'Shared with you',
};

export function LocationsPage() {
  const locations = useQuery({ queryKey: ['locations'], queryFn: allLocations });
  if (locations.isPending) return <p className="page-note">Loading ...</p>;
  if (locations.error) return <ProblemNote error={locations.error} />;
  return (
    <>
      <h1>My locations</h1>
      {locations.data.length === 0 && (
        <p className="page-note">
          No location yet. One appears here as soon as you create it or accept one that somebody shares with
          you.
        </p>
      )}
      <ul className="location-list">
        {locations.data.map((location) => (
          <li key={location.locationId}>
            <Link className="card" to={`/locations/${location.locationId}`}>
              <strong>{location.name}</strong>
              <span>
                {location.deviceCount} {location.deviceCount === 1 ? 'device' : 'devices'}
              </span>
              <span className="faint">{throughTexts[location.through]}</span>
            </Link>
          </li>
        ))}
      </ul>
      <OfferedLocations />
    </>
  );
}
