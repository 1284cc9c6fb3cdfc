import { Inject, Injectable } from '@nestjs/common';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import {
  initiateTransfer,
  stepTransfer,
  type TransferEvent,
  type TransferRefusal,
} from '#libs/entitlements/transfer.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { openItems } from '#libs/devices/checklist.js';
import { readChecklist } from '#libs/store/checklists.js';
import { liveGrant, resumeGrant } from '#libs/store/grants.js';
import { queueMail } from '#libs/store/mail-queue.js';
import { personById } from '#libs/store/people.js';
import { liveServicesAt } from '#libs/store/services.js';
import {
  endTransfer,
  insertTransfer,
  openTransferOf,
  passOwnership,
  transferById,
  type TransferRow,
} from '#libs/store/transfers.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRight, type Work } from './changes.js';
import { settleHubAccess } from './hubs/settle.js';

const refusals: Readonly<Record<TransferRefusal, ProblemCode>> = {
  'not-the-owner': 'forbidden',
  'recipient-is-owner': 'recipient-is-owner',
  'transfer-open': 'transfer-open',
  'services-active': 'services-active',
  'not-yours': 'not-found',
  expired: 'not-found',
  over: 'not-found',
};

/** Handing a location over (5F): from the installer to the customer, and between end users. */
@Injectable()
export class Transfers {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  start(
    actor: PersonId,
    locationId: string,
    wish: { readonly email: string; readonly language: string },
  ): Promise<TransferRow> {
    return this.changes.run(actor, async (work) => {
      const { location, decision, entitlement } = await requireRight(work, 'transfer', locationId);
      if (location.ownerPersonId === null) await requireReady(work, locationId);
      const owner = location.ownerPersonId && (await personById(work.client, location.ownerPersonId));
      const begun = initiateTransfer(
        {
          role: decision.role,
          ownerPersonId: location.ownerPersonId,
          ownerEmail: owner ? owner.email : null,
          recipientEmail: wish.email,
          openTransfer: (await openTransferOf(work.client, locationId, work.by.at)) !== null,
          activeServices: (await liveServicesAt(work.client, locationId, work.by.at)).length,
          ownershipEpoch: location.ownershipEpoch,
        },
        work.now,
      );
      if (!begun.ok) throw problem(refusals[begun.error]);
      const { language } = wish;
      const transferId = await insertTransfer(work.client, { ...begun.value, locationId, language }, work.by);
      const mail = {
        recipient: wish.email.trim().toLowerCase(),
        subjectId: transferId,
        language,
        link: null,
      };
      await queueMail(work.client, { template: 'transfer', ...mail }, work.by.at);
      await work.audit({
        action: 'transfer-started',
        entitlement,
        locationId,
        subjectId: transferId,
        detail: { email: wish.email },
      });
      return found(await transferById(work.client, transferId));
    });
  }

  /** By whoever could have started it. */
  cancel(actor: PersonId, locationId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { location, decision, entitlement } = await requireRight(work, 'transfer', locationId);
      const row = found(await openTransferOf(work.client, locationId, work.by.at));
      if (location.ownerPersonId !== null && decision.role !== 'owner') throw problem('forbidden');
      await this.step(work, row, { type: 'cancel' });
      await work.audit({
        action: 'transfer-cancelled',
        entitlement,
        locationId,
        subjectId: row.transferId,
      });
    });
  }

  /** NB-51: everything happens in this one transaction; streams and commands of the former owner end with it. */
  async accept(person: SignedInPerson, transferId: string): Promise<string> {
    const locationId = await this.changes.run(person.personId, async (work) => {
      const row = found(await transferById(work.client, transferId));
      await this.step(work, row, await this.answer(work, row, person, 'accept'));
      // AJ-35: one may have been activated since the offer.
      const services = await liveServicesAt(work.client, row.locationId, work.by.at);
      if (services.length > 0) throw problem('services-active');
      const passed = await passOwnership(work.change, row.locationId, person.personId, work.by);
      await settleHubAccess(work, row.locationId);
      await work.audit({
        action: 'ownership-passed',
        locationId: row.locationId,
        subjectId: transferId,
        detail: { ...passed, epoch: row.ownershipEpoch + 1 },
      });
      return row.locationId;
    });
    await this.changes.announce(locationId);
    return locationId;
  }

  reject(person: SignedInPerson, transferId: string): Promise<void> {
    return this.changes.run(person.personId, async (work) => {
      const row = found(await transferById(work.client, transferId));
      await this.step(work, row, await this.answer(work, row, person, 'reject'));
      await work.audit({
        action: 'transfer-rejected',
        locationId: row.locationId,
        subjectId: transferId,
      });
    });
  }

  /** NB-51: a partner of the former owner goes on when the new owner says so. */
  async confirmGrant(actor: PersonId, locationId: string, grantId: string): Promise<void> {
    await this.changes.run(actor, async (work) => {
      const { decision, entitlement } = await requireRight(work, 'transfer', locationId);
      const grant = await liveGrant(work.client, grantId);
      if (grant?.locationId !== locationId || !grant.suspended) throw problem('not-found');
      if (decision.role !== 'owner') throw problem('forbidden');
      await resumeGrant(work.change, grantId);
      await work.audit({ action: 'grant-confirmed', entitlement, locationId, subjectId: grantId });
    });
    await this.changes.announce(locationId);
  }

  private async answer(
    work: Work,
    row: TransferRow,
    person: SignedInPerson,
    type: 'accept' | 'reject',
  ): Promise<TransferEvent> {
    const { rows } = await work.client.query<{ epoch: number }>(
      'SELECT ownership_epoch AS epoch FROM locations WHERE id = $1',
      [row.locationId],
    );
    return {
      type,
      email: person.emailVerified ? person.email : null,
      ownershipEpoch: rows[0]?.epoch ?? 0,
    };
  }

  private async step(work: Work, row: TransferRow, event: TransferEvent): Promise<void> {
    const next = stepTransfer(row, event, work.now);
    if (!next.ok) throw problem(refusals[next.error]);
    await endTransfer(work.client, row.transferId, next.value.state, work.by);
  }
}

/** NB-61: an organisation hands nothing over that nobody has looked at. Between end users nothing is asked. */
async function requireReady({ client }: Work, locationId: string): Promise<void> {
  const { devices, items } = await readChecklist(client, locationId);
  const open = openItems(items).map(({ deviceId, item }) => {
    const device = devices.find((each) => each.deviceId === deviceId);
    return `${device?.name ?? 'Location'}: ${item}`;
  });
  if (open.length > 0) throw problemWith('checklist-open', `Open are: ${open.join(', ')}.`);
}

function found<Row>(row: Row | null): Row {
  if (row === null) throw problem('not-found');
  return row;
}
