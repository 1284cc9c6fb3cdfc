import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { stepShare, type ShareEvent } from '#libs/entitlements/share-request.js';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import { tell } from '#libs/store/inbox.js';
import { archiveExpired } from '#libs/store/placements.js';
import type { Pool } from '#libs/store/pool.js';
import {
  insertItems,
  itemsOf,
  leaseShare,
  nextChosen,
  prolongLease,
  takeItem,
  type Lease,
} from '#libs/store/share-items.js';
import { objectsOf, treeOf } from '#libs/store/share-objects.js';
import { shareById, storeShare, type ShareRow } from '#libs/store/share-requests.js';
import type { Clock } from '#libs/units/clock.js';
import { personId } from '#libs/units/identifiers.js';
import { Changes, type Work } from '../changes.js';
import { importItem, ImportFailure } from './share-import.js';

/** Work is looked for this often even when nobody wakes us: another process may have died in the middle of it. */
const interval_ms = 1_000;
/** A worker that says nothing for this long is dead, and its work another's. */
const lease_ms = 30_000;

/** Prepares confirmed shares and takes processed ones over, one object per transaction (CS-45). */
@Injectable()
export class ShareWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  wake(): void {
    if (this.stopped) return;
    if (this.working) {
      this.again = true;
      return;
    }
    this.working = this.drain()
      .catch((error: unknown) => this.logger.error({ error }, 'the shares at work could not be read'))
      .finally(() => {
        this.working = null;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  private async drain(): Promise<void> {
    await archiveExpired(this.pool, new Date(this.clock.now()));
    for (;;) {
      const lease = this.stopped
        ? null
        : await leaseShare(this.pool, new Date(this.clock.now()), this.until());
      if (!lease) return;
      try {
        if (lease.state === 'preparing') await this.prepare(lease);
        else await this.process(lease);
      } catch (error) {
        this.logger.error({ error, shareId: lease.shareId }, 'a share could not be worked on');
        const told = error instanceof ImportFailure ? error.message : 'Something of ours broke.';
        await this.finish(lease, { type: 'fail' }, told);
      }
    }
  }

  /** Writes down what each grant covers: that is what can be taken over. */
  private async prepare(lease: Lease): Promise<void> {
    const share = await shareById(this.pool, lease.shareId);
    if (!share) return;
    await this.changes.run(actorOf(share), async (work) => {
      for (const object of await objectsOf(work.client, lease.shareId)) {
        if (object.endedAt !== null) continue;
        const { kind, objectId: id, coversUntil } = object;
        const tree = await treeOf(work.client, { kind, id }, coversUntil);
        await insertItems(work.client, lease.shareId, object.rowId, tree);
      }
    });
    await this.finish(lease, { type: 'prepared' }, null);
  }

  private async process(lease: Lease): Promise<void> {
    const share = await shareById(this.pool, lease.shareId);
    if (!share) return;
    let more = true;
    while (more && !this.stopped) {
      more = await this.changes.run(actorOf(share), (work) => this.takeNext(work, lease, share));
    }
    if (more) return;
    const left = (await itemsOf(this.pool, lease.shareId)).filter(({ state }) => state === 'offered');
    await this.finish(lease, { type: 'done', remaining: left.length }, null);
  }

  /** CS-34: a revoke between two items stops the rest. */
  private async takeNext(work: Work, lease: Lease, share: ShareRow): Promise<boolean> {
    const now = await shareById(work.client, lease.shareId);
    const item = now?.state === 'processing' ? await nextChosen(work.client, lease.shareId) : null;
    if (!item) return false;
    const localId = await importItem(work, share.requesterId, item);
    await takeItem(work.client, item.itemId, localId, work.by);
    await prolongLease(work.client, lease.shareId, this.until());
    await work.audit({
      action: item.kind === 'installation' ? 'installation-taken-over' : `${item.kind}-taken-over`,
      entitlement: `grant:${item.grantId}`,
      organisationId: share.requesterId,
      subjectId: localId,
      detail: { shareId: lease.shareId, from: item.sourceOrganisationId, sourceId: item.sourceId },
    });
    return true;
  }

  /** What was revoked in the meantime stays so. */
  private async finish(lease: Lease, event: ShareEvent, failure: string | null): Promise<void> {
    const before = await shareById(this.pool, lease.shareId);
    if (!before) return;
    await this.changes.run(actorOf(before), async (work) => {
      const share = await shareById(work.client, lease.shareId);
      const next = share && stepShare(share, event, 'system');
      if (!share || !next?.ok) return;
      await storeShare(work.client, lease.shareId, next.value, failure, work.by);
      await work.audit({
        action: `share-${next.value.state}`,
        organisationId: event.type === 'prepared' ? share.grantorId : share.requesterId,
        subjectId: lease.shareId,
        detail: failure === null ? {} : { failure },
      });
      const entry = {
        kind: `share-${next.value.state}`,
        subjectId: lease.shareId,
        detail: { name: share.name, from: share.grantorName },
      };
      // CS-38: the requester reads that it can be taken over, and both that something failed.
      await tell(work.client, share.requesterId, entry, work.by.at);
      if (next.value.state !== 'available') await tell(work.client, share.grantorId, entry, work.by.at);
    });
  }

  private until(): Date {
    return new Date(this.clock.now() + lease_ms);
  }
}

/** In whose name the work is done: whoever confirmed it. */
const actorOf = ({ state, confirmedBy, processingBy }: ShareRow) =>
  personId((state === 'preparing' ? confirmedBy : processingBy) ?? confirmedBy ?? '');
