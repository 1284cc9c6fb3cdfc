import { randomUUID } from 'node:crypto';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';
import type { SharedNode } from './share-objects.js';

/** Where the requester wants an object: at something of his, or at something new; a customer needs neither. */
export type Destination = { readonly existing: string } | { readonly create: { readonly name: string } };

export type ItemState = 'offered' | 'chosen' | 'taken' | 'stopped';

/** One step of taking a share over. */
export interface ShareItem {
  readonly itemId: string;
  readonly objectId: string;
  readonly kind: SharedNode['kind'];
  readonly sourceOrganisationId: string;
  readonly sourceId: string;
  /** The customer of a location, the location of a building or installation. */
  readonly parentSourceId: string | null;
  readonly name: string;
  readonly state: ItemState;
  /** The row in the requester's books; of an installation its placement. */
  readonly localId: string | null;
  readonly grantId: string;
  readonly grantEndedAt: Date | null;
  /** What was selected, and where it goes. */
  readonly root: { readonly kind: SharedNode['kind']; readonly id: string };
  readonly destination: Destination | null;
}

const select = `SELECT i.id AS "itemId", i.object_id AS "objectId", i.kind,
    i.source_organisation_id AS "sourceOrganisationId", i.source_id AS "sourceId",
    i.parent_source_id AS "parentSourceId", i.name, i.state, i.local_id AS "localId", o.grant_id AS "grantId",
    g.revoked_at AS "grantEndedAt", json_build_object('kind', o.kind, 'id', o.object_id) AS root, o.destination
  FROM share_items i JOIN share_objects o ON o.id = i.object_id JOIN grants g ON g.id = o.grant_id`;

export async function itemsOf(client: Queryable, shareId: string): Promise<readonly ShareItem[]> {
  const { rows } = await client.query<ShareItem>(
    `${select} WHERE i.share_id = $1 ORDER BY i.position, i.id`,
    [shareId],
  );
  return rows;
}

/** The outermost that waits for the worker. */
export async function nextChosen(client: Queryable, shareId: string): Promise<ShareItem | null> {
  const { rows } = await client.query<ShareItem>(
    `${select} WHERE i.share_id = $1 AND i.state = 'chosen' ORDER BY i.position, i.id LIMIT 1`,
    [shareId],
  );
  return rows[0] ?? null;
}

/** Prepares what was shared for being taken over. Preparing twice makes each item once. */
export async function insertItems(
  client: Queryable,
  shareId: string,
  objectRowId: string,
  /** Outermost first. */
  nodes: readonly SharedNode[],
): Promise<void> {
  const column = <Value>(of: (node: SharedNode, index: number) => Value): Value[] => nodes.map(of);
  await client.query(
    `INSERT INTO share_items (id, share_id, object_id, position, kind, source_organisation_id, source_id,
       parent_source_id, name)
     SELECT id, $1, $2, position, kind, organisation, source, parent, name
       FROM unnest($3::uuid[], $4::int[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[])
            AS node (id, position, kind, organisation, source, parent, name)
     ON CONFLICT (object_id, kind, source_id) DO NOTHING`,
    [
      shareId,
      objectRowId,
      column(() => randomUUID()),
      column((_, index) => index),
      column(({ kind }) => kind),
      column(({ organisationId }) => organisationId),
      column(({ id }) => id),
      column(({ parentId }) => parentId),
      column(({ name }) => name),
    ],
  );
}

/** CS-39: the requester decided to take this object over, and where to. */
export async function chooseObject(
  client: Queryable,
  objectRowId: string,
  destination: Destination | null,
): Promise<void> {
  await client.query('UPDATE share_objects SET destination = $2 WHERE id = $1', [
    objectRowId,
    destination && JSON.stringify(destination),
  ]);
  await client.query(`UPDATE share_items SET state = 'chosen' WHERE object_id = $1 AND state = 'offered'`, [
    objectRowId,
  ]);
}

export async function takeItem(client: Queryable, itemId: string, localId: string, by: By): Promise<void> {
  await client.query(
    `UPDATE share_items SET state = 'taken', local_id = $2, taken_at = $3 WHERE id = $1 AND state = 'chosen'`,
    [itemId, localId, by.at],
  );
}

/** The requester's own row that an item of this share became. */
export async function localOf(
  client: Queryable,
  item: Pick<ShareItem, 'objectId'>,
  sourceId: string,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT local_id AS id FROM share_items WHERE object_id = $1 AND source_id = $2 AND state = 'taken'`,
    [item.objectId, sourceId],
  );
  return rows[0]?.id ?? null;
}

export interface Lease {
  readonly shareId: string;
  readonly state: 'preparing' | 'processing';
}

/** Takes up a share that waits for the worker, or that a worker left when it died. */
export async function leaseShare(client: Queryable, now: Date, until: Date): Promise<Lease | null> {
  const { rows } = await client.query<Lease>(
    `UPDATE share_requests SET leased_until = $2
      WHERE id = (SELECT id FROM share_requests
                   WHERE state IN ('preparing', 'processing') AND (leased_until IS NULL OR leased_until <= $1)
                   ORDER BY changed_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id AS "shareId", state`,
    [now, until],
  );
  return rows[0] ?? null;
}

export async function prolongLease(client: Queryable, shareId: string, until: Date): Promise<void> {
  await client.query('UPDATE share_requests SET leased_until = $2 WHERE id = $1', [shareId, until]);
}
