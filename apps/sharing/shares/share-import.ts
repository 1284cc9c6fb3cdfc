import { insertBuilding } from '#libs/store/buildings.js';
import { customerBySource, insertCustomer, type Source } from '#libs/store/customers.js';
import { placementOf, placeShared } from '#libs/store/placements.js';
import type { Queryable } from '#libs/store/pool.js';
import { localOf, type ShareItem } from '#libs/store/share-items.js';
import { enterLocation, locationEntry } from '#libs/store/location-entries.js';
import { insertLocation } from '#libs/store/locations.js';
import type { Work } from '../changes.js';

/** Where an import went to is there no more, or something it needs. The sentence is shown to both sides. */
export class ImportFailure extends Error {}

/** CS-46: the row that this item was taken over into before; null: none. */
export async function knownLocal(
  client: Queryable,
  organisationId: string,
  item: ShareItem,
): Promise<string | null> {
  const source: Source = { organisationId: item.sourceOrganisationId, id: item.sourceId };
  switch (item.kind) {
    case 'customer':
      return customerBySource(client, organisationId, source);
    case 'installation':
      return placementOf(client, organisationId, item.sourceId);
    case 'location':
      return bySource(
        client,
        `SELECT id FROM locations
          WHERE installed_by_organisation_id = $1 AND source_organisation_id = $2 AND source_id = $3`,
        organisationId,
        source,
      );
    case 'building':
      return bySource(
        client,
        `SELECT b.id FROM buildings b JOIN locations l ON l.id = b.location_id
          WHERE l.installed_by_organisation_id = $1 AND b.source_organisation_id = $2 AND b.source_id = $3`,
        organisationId,
        source,
      );
  }
}

async function bySource(
  client: Queryable,
  statement: string,
  organisationId: string,
  source: Source,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(statement, [
    organisationId,
    source.organisationId,
    source.id,
  ]);
  return rows[0]?.id ?? null;
}

/**
 * Takes one item over into the requester's books, or meets the row it was taken over into before. Customer, location and
 * building are copied once; an installation stays the other's and is placed (CS-37).
 */
export async function importItem(work: Work, organisationId: string, item: ShareItem): Promise<string> {
  const known = await knownLocal(work.client, organisationId, item);
  if (item.kind !== 'installation') return known ?? copy(work, organisationId, item);
  const locationId = await placeOf(work, organisationId, item);
  const placed = await placeShared(
    work.client,
    { installationId: item.sourceId, organisationId, locationId, grantId: item.grantId },
    work.by,
  );
  if (placed === null) throw new ImportFailure(`The installation ${item.name} is no longer there.`);
  return placed;
}

async function copy(work: Work, organisationId: string, item: ShareItem): Promise<string> {
  const source: Source = { organisationId: item.sourceOrganisationId, id: item.sourceId };
  switch (item.kind) {
    case 'customer':
      return insertCustomer(
        work.change,
        { organisationId, name: item.name, reference: null, source },
        work.by,
      );
    case 'building': {
      const locationId = await outerOf(work, item);
      return insertBuilding(work.change, { locationId, name: item.name, source }, work.by);
    }
    default:
      return copyLocation(work, organisationId, item, source);
  }
}

async function copyLocation(
  work: Work,
  organisationId: string,
  item: ShareItem,
  source: Source,
): Promise<string> {
  const original = await locationEntry(work.client, item.sourceId);
  const customerId = await customerFor(work, organisationId, item);
  const locationId = await newLocation(work, organisationId, item.name, item.sourceId);
  await work.client.query('UPDATE locations SET source_organisation_id = $2, source_id = $3 WHERE id = $1', [
    locationId,
    source.organisationId,
    source.id,
  ]);
  await enterLocation(work.change, locationId, { customerId, address: original?.address ?? null }, work.by);
  return locationId;
}

/** CS-40, CS-41: under the imported customer, an existing one, or a new one. */
async function customerFor(work: Work, organisationId: string, item: ShareItem): Promise<string> {
  if (item.root.kind === 'customer') return outerOf(work, item);
  const { destination } = item;
  if (destination && 'create' in destination) {
    const { name } = destination.create;
    return insertCustomer(work.change, { organisationId, name, reference: null, source: null }, work.by);
  }
  const { rowCount } = await work.client.query(
    'SELECT 1 FROM customers WHERE id = $1 AND organisation_id = $2',
    [destination?.existing ?? null, organisationId],
  );
  if (!destination || rowCount !== 1)
    throw new ImportFailure(`The customer for ${item.name} is no longer there.`);
  return destination.existing;
}

/** CS-42: at the copy of its location, an existing location, or a new one. */
async function placeOf(work: Work, organisationId: string, item: ShareItem): Promise<string> {
  if (item.root.kind !== 'installation') return outerOf(work, item);
  const { destination } = item;
  if (destination && 'create' in destination) {
    return newLocation(work, organisationId, destination.create.name, item.parentSourceId ?? '');
  }
  const entry = destination && (await locationEntry(work.client, destination.existing));
  if (entry?.organisationId !== organisationId) {
    throw new ImportFailure(`The location for ${item.name} is no longer there.`);
  }
  return entry.locationId;
}

/** A location of the requester's, on the clock of the one it is for. */
async function newLocation(
  work: Work,
  organisationId: string,
  name: string,
  likeLocationId: string,
): Promise<string> {
  const { rows } = await work.client.query<{ zone: string }>(
    'SELECT time_zone AS zone FROM locations WHERE id = $1',
    [likeLocationId],
  );
  if (!rows[0]) throw new ImportFailure(`The location of ${name} is no longer there.`);
  const timeZone = rows[0].zone;
  return insertLocation(
    work.change,
    { name, timeZone, ownerPersonId: null, installedByOrganisationId: organisationId },
    work.by,
  );
}

/** What the thing it lies in was taken over into; items come outermost first. */
async function outerOf(work: Work, item: ShareItem): Promise<string> {
  const outer = item.parentSourceId && (await localOf(work.client, item, item.parentSourceId));
  if (!outer) throw new ImportFailure(`What ${item.name} lies in was not taken over.`);
  return outer;
}
