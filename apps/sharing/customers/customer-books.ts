import { Inject, Injectable } from '@nestjs/common';
import { problem } from '#libs/platform/http/problems.js';
import {
  customerById,
  insertCustomer,
  removeCustomer,
  updateCustomer,
  type Customer,
} from '#libs/store/customers.js';
import { enterLocation, locationEntry, type LocationEntry } from '#libs/store/location-entries.js';
import type { Queryable } from '#libs/store/pool.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight } from '../changes.js';

export interface CustomerWords {
  readonly name: string;
  readonly reference: string | null;
}

/** The customers of an organisation, and which of its locations is whose. */
@Injectable()
export class CustomerBooks {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  create(actor: PersonId, organisationId: string, words: CustomerWords): Promise<Customer> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
      const customerId = await insertCustomer(
        work.change,
        { ...words, organisationId, source: null },
        work.by,
      );
      const entry = { entitlement, organisationId, subjectId: customerId };
      await work.audit({ ...entry, action: 'customer-created', detail: { ...words } });
      return customerOf(work.client, organisationId, customerId);
    });
  }

  update(
    actor: PersonId,
    organisationId: string,
    customerId: string,
    words: CustomerWords,
  ): Promise<Customer> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
      const before = await customerOf(work.client, organisationId, customerId);
      if (before.name === words.name && before.reference === words.reference) return before;
      await updateCustomer(work.change, customerId, words);
      const entry = { entitlement, organisationId, subjectId: customerId };
      await work.audit({ ...entry, action: 'customer-changed', detail: { ...words } });
      return customerOf(work.client, organisationId, customerId);
    });
  }

  remove(actor: PersonId, organisationId: string, customerId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
      await customerOf(work.client, organisationId, customerId);
      if (!(await removeCustomer(work.change, customerId))) throw problem('still-in-use');
      await work.audit({ action: 'customer-removed', entitlement, organisationId, subjectId: customerId });
    });
  }

  /** CS-36: only in the books of the organisation that installed the location. */
  enterLocation(
    actor: PersonId,
    organisationId: string,
    locationId: string,
    entry: { readonly customerId: string | null; readonly address: string | null },
  ): Promise<LocationEntry> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
      const before = await installedLocation(work.client, organisationId, locationId);
      const { customerId, address } = entry;
      if (before.customerId === customerId && before.address === address) return before;
      if (customerId !== null) {
        const customer = await customerById(work.client, customerId);
        if (customer?.organisationId !== organisationId) throw problem('unknown-customer');
      }
      await enterLocation(work.change, locationId, entry, work.by);
      await work.audit({
        action: 'location-entered',
        entitlement,
        organisationId,
        locationId,
        subjectId: locationId,
        detail: { customerId, address },
      });
      return installedLocation(work.client, organisationId, locationId);
    });
  }
}

/** A customer of the organisation; to it, another's does not exist. */
export async function customerOf(
  client: Queryable,
  organisationId: string,
  customerId: string,
): Promise<Customer> {
  const customer = await customerById(client, customerId);
  if (customer?.organisationId !== organisationId) throw problem('not-found');
  return customer;
}

/** A location that the organisation installed; one it merely has access to is in another's books. */
export async function installedLocation(
  client: Queryable,
  organisationId: string,
  locationId: string,
): Promise<LocationEntry> {
  const entry = await locationEntry(client, locationId);
  if (entry?.organisationId !== organisationId) throw problem('not-found');
  return entry;
}
