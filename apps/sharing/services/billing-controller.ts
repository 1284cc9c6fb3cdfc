import { Controller, Inject } from '@nestjs/common';
import { billingRoutes } from '#libs/contracts/http/billing-routes.js';
import { isLive } from '#libs/entitlements/service-subscription.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import { dealersOf } from '#libs/store/reseller-connections.js';
import { chargesOf, type Charge } from '#libs/store/service-bills.js';
import { servicesOfReseller, type ServiceRow } from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';
import { requireEnrolled } from '../companies/enrolled.js';
import { book } from './bills.js';

type DealerSummary = RouteAnswer<typeof billingRoutes.getResellerDashboard>['items'][number];

/** What the reseller is billed (AJ-25), and its dashboard (AJ-37). */
@Controller()
export class BillingController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(billingRoutes.getResellerDashboard)
  async dashboard({ params, query }: RouteRequest<typeof billingRoutes.getResellerDashboard>) {
    await requireEnrolled(this.pool, params.organisationId, 'reseller');
    const { services, charges } = await this.billed(params.organisationId, query.month);
    const now = this.clock.now();
    const live = services.filter((service) => isLive(service, now));
    const dealers = await dealersOf(this.pool, params.organisationId);
    const known = dealers.filter(({ state }) => state === 'active' || state === 'closed');
    return { items: known.map((dealer) => summary(dealer, live, charges)) };
  }

  @Route(billingRoutes.listServiceCharges)
  async charges({ params, query }: RouteRequest<typeof billingRoutes.listServiceCharges>) {
    await requireEnrolled(this.pool, params.organisationId, 'reseller');
    const { charges } = await this.billed(params.organisationId, query.month ?? null);
    return { items: charges.map((row) => ({ ...row, bookedAt: row.bookedAt.toISOString() })) };
  }

  /** Books what is missing first: a bill is complete whenever it is read. */
  private billed(
    resellerId: string,
    month: string | null,
  ): Promise<{ readonly services: readonly ServiceRow[]; readonly charges: readonly Charge[] }> {
    return inTransaction(this.pool, async (client) => {
      const services = await servicesOfReseller(client, resellerId);
      await book(client, services, this.clock.now());
      return { services, charges: await chargesOf(client, resellerId, month) };
    });
  }
}

function summary(
  dealer: { readonly dealerId: string; readonly name: string; readonly dealerNumber: string | null },
  live: readonly ServiceRow[],
  charges: readonly Charge[],
): DealerSummary {
  const own = charges.filter(({ dealerId }) => dealerId === dealer.dealerId);
  const paid = own.filter(({ trial }) => !trial);
  const currencies = [...new Set(paid.map(({ currency }) => currency))].toSorted();
  const feeIn = (currency: string): number =>
    paid.reduce((sum, line) => (line.currency === currency ? sum + line.amount_minor : sum), 0);
  return {
    dealerId: dealer.dealerId,
    name: dealer.name,
    dealerNumber: dealer.dealerNumber,
    activeServices: live.filter(({ dealerId }) => dealerId === dealer.dealerId).length,
    billedServices: paid.length,
    trialServices: own.length - paid.length,
    fees: currencies.map((currency) => ({ currency, amount_minor: feeIn(currency) })),
  };
}
