import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import {
  customerRoutes,
  type customerSchema,
  type locationEntrySchema,
} from '#libs/contracts/http/customer-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { customerPage, type Customer } from '#libs/store/customers.js';
import { locationsOfCustomer, type LocationEntry } from '#libs/store/location-entries.js';
import type { Pool } from '#libs/store/pool.js';
import { CustomerBooks, customerOf, installedLocation } from './customer-books.js';

@Controller()
export class CustomerController {
  constructor(
    @Inject(CustomerBooks) private readonly books: CustomerBooks,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(customerRoutes.createCustomer)
  async create({ person, params, body }: RouteRequest<typeof customerRoutes.createCustomer>) {
    return customerView(await this.books.create(person.personId, params.organisationId, body));
  }

  @Route(customerRoutes.listCustomers)
  async list({ params, query }: RouteRequest<typeof customerRoutes.listCustomers>) {
    const after = decodeCursor('customers', [z.string(), z.uuid()], query.cursor);
    const rows = await customerPage(
      this.pool,
      params.organisationId,
      query.search ?? null,
      after && { name: after[0], customerId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, customerView, (row) =>
      encodeCursor('customers', [row.name, row.customerId]),
    );
  }

  @Route(customerRoutes.getCustomer)
  async get({ params }: RouteRequest<typeof customerRoutes.getCustomer>) {
    return customerView(await this.customer(params));
  }

  @Route(customerRoutes.updateCustomer)
  async update({ person, params, body }: RouteRequest<typeof customerRoutes.updateCustomer>) {
    const { organisationId, customerId } = params;
    return customerView(await this.books.update(person.personId, organisationId, customerId, body));
  }

  @Route(customerRoutes.removeCustomer)
  async remove({ person, params }: RouteRequest<typeof customerRoutes.removeCustomer>): Promise<void> {
    await this.books.remove(person.personId, params.organisationId, params.customerId);
  }

  @Route(customerRoutes.listCustomerLocations)
  async locations({ params, query }: RouteRequest<typeof customerRoutes.listCustomerLocations>) {
    await this.customer(params);
    const after = decodeCursor('customer-locations', [z.string(), z.uuid()], query.cursor);
    const rows = await locationsOfCustomer(
      this.pool,
      params.customerId,
      after && { name: after[0], locationId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, locationEntryView, (row) =>
      encodeCursor('customer-locations', [row.name, row.locationId]),
    );
  }

  @Route(customerRoutes.getLocationEntry)
  async entry({ params }: RouteRequest<typeof customerRoutes.getLocationEntry>) {
    const { organisationId, locationId } = params;
    return locationEntryView(await installedLocation(this.pool, organisationId, locationId));
  }

  @Route(customerRoutes.putLocationEntry)
  async enter({ person, params, body }: RouteRequest<typeof customerRoutes.putLocationEntry>) {
    const { organisationId, locationId } = params;
    return locationEntryView(
      await this.books.enterLocation(person.personId, organisationId, locationId, body),
    );
  }

  private customer(params: { organisationId: string; customerId: string }): Promise<Customer> {
    return customerOf(this.pool, params.organisationId, params.customerId);
  }
}

const customerView = (customer: Customer): z.input<typeof customerSchema> => ({
  customerId: customer.customerId,
  name: customer.name,
  reference: customer.reference,
  createdAt: customer.createdAt.toISOString(),
  locationCount: customer.locationCount,
});

const locationEntryView = (entry: LocationEntry): z.input<typeof locationEntrySchema> => ({
  locationId: entry.locationId,
  name: entry.name,
  customer:
    entry.customerId === null
      ? null
      : {
          customerId: entry.customerId,
          name: entry.customerName ?? '',
          since: (entry.customerSince ?? new Date(0)).toISOString(),
        },
  address: entry.address,
});
