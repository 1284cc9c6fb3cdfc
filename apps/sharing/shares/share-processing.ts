import { Inject, Injectable } from '@nestjs/common';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import type { Queryable } from '#libs/store/pool.js';
import { chooseObject, itemsOf, type Destination, type ShareItem } from '#libs/store/share-items.js';
import { objectsOf, type ShareObjectRow } from '#libs/store/share-objects.js';
import type { ShareRow } from '#libs/store/share-requests.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, type Work } from '../changes.js';
import { knownLocal } from './share-import.js';
import type { Selected } from './share-plan.js';
import { handledShare, nextOf, shareAfter, takeStep, type Handled } from './share-steps.js';
import { ShareWorker } from './share-worker.js';

export interface Mapping extends Selected {
  readonly into: Destination | null;
}

export interface PreviewedItem {
  readonly item: ShareItem;
  /** The requester's row that the item meets again (CS-46); null: it becomes a new one. */
  readonly localId: string | null;
}

/** The requester takes over what was shared: selects, looks, confirms (CS-39 to CS-44). The work is the worker's. */
@Injectable()
export class ShareProcessing {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(ShareWorker) private readonly worker: ShareWorker,
  ) {}

  /** CS-39, CS-46: changes nothing. */
  preview(
    actor: PersonId,
    organisationId: string,
    shareId: string,
    mapping: readonly Mapping[],
  ): Promise<readonly PreviewedItem[]> {
    return this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      const next = nextOf(handled, { type: 'process', mappingComplete: true });
      if (next.state === handled.share.state) throw problem('share-over');
      const chosen = await chosenObjects(work, handled, mapping);
      const items = (await itemsOf(work.client, shareId)).filter(
        ({ objectId, state }) =>
          (state === 'offered' || state === 'chosen') && chosen.some(({ rowId }) => rowId === objectId),
      );
      const previewed: PreviewedItem[] = [];
      for (const item of items) {
        previewed.push({ item, localId: await knownLocal(work.client, organisationId, item) });
      }
      return previewed;
    });
  }

  async process(
    actor: PersonId,
    organisationId: string,
    shareId: string,
    mapping: readonly Mapping[],
  ): Promise<ShareRow> {
    const share = await this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      const next = nextOf(handled, { type: 'process', mappingComplete: true });
      if (next.state === handled.share.state) return handled.share;
      const chosen = await chosenObjects(work, handled, mapping);
      for (const { rowId, into } of chosen) await chooseObject(work.client, rowId, into);
      await takeStep(work, handled, next, { objects: chosen.length });
      return shareAfter(work, shareId);
    });
    this.worker.wake();
    return share;
  }
}

/** CS-40 to CS-42: what each object needs said, and that it is the requester's own. */
async function chosenObjects(
  work: Work,
  { share }: Handled,
  mapping: readonly Mapping[],
): Promise<readonly (ShareObjectRow & { readonly into: Destination | null })[]> {
  const objects = await objectsOf(work.client, share.shareId);
  const chosen: (ShareObjectRow & { readonly into: Destination | null })[] = [];
  for (const { kind, id, into } of mapping) {
    const object = objects.find((each) => each.kind === kind && each.objectId === id);
    const reason = object ? await unfit(work.client, share.requesterId, kind, into) : 'is not in this share';
    if (!object || reason !== null) throw problemWith('mapping-incomplete', `${kind} ${id} ${reason}.`);
    chosen.push({ ...object, into });
  }
  return chosen;
}

async function unfit(
  client: Queryable,
  organisationId: string,
  kind: Selected['kind'],
  into: Destination | null,
): Promise<string | null> {
  if (kind === 'customer') return into === null ? null : 'is taken over whole and goes nowhere else';
  const place = kind === 'location' ? 'customer' : 'location';
  if (into === null) return `needs a ${place}`;
  if ('create' in into) return null;
  const { rowCount } = await client.query(
    place === 'customer'
      ? 'SELECT 1 FROM customers WHERE id = $1 AND organisation_id = $2'
      : 'SELECT 1 FROM locations WHERE id = $1 AND installed_by_organisation_id = $2',
    [into.existing, organisationId],
  );
  return rowCount === 1 ? null : `names a ${place} that is not yours`;
}
