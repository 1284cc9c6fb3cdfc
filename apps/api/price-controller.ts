import { Controller, Inject } from '@nestjs/common';
import type { PriceSlot } from '#libs/allocation/modes/price-plan.js';
import { firstMisplaced } from '#libs/allocation/modes/price-series.js';
import { priceRoutes } from '#libs/contracts/http/price-routes.js';
import { readPriceCsv } from '#libs/contracts/price-csv.js';
import { problem, ProblemError, problemWith } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { readTimeZone } from '#libs/store/locations.js';
import type { Pool } from '#libs/store/pool.js';
import { givePrices, readPrices, type PriceSeries } from '#libs/store/prices.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { SiteChanges } from './site-changes.js';

type PriceAnswer = RouteAnswer<typeof priceRoutes.getPrices>;

/** How far ahead prices are shown unless somebody asks otherwise: as far as they are ever known. */
const shownAhead_ms = 2 * 86_400_000;
/** The errors of a file that are told at once. */
const toldErrors = 20;

/** Day-ahead prices of a location (NB-91). */
@Controller()
export class PriceController {
  constructor(
    @Inject(SiteChanges) private readonly changes: SiteChanges,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(priceRoutes.getPrices)
  async get({ params, query }: RouteRequest<typeof priceRoutes.getPrices>): Promise<PriceAnswer> {
    const from = query.from === undefined ? this.clock.now() : Date.parse(query.from);
    const until = query.until === undefined ? from + shownAhead_ms : Date.parse(query.until);
    return priceView(await readPrices(this.pool, params.locationId, new Date(from), new Date(until)));
  }

  @Route(priceRoutes.putPrices)
  put({ person, params, body }: RouteRequest<typeof priceRoutes.putPrices>): Promise<PriceAnswer> {
    const slots = body.slots.map(({ from, until, perKWh }) => ({
      from: epochMilliseconds(Date.parse(from)),
      until: epochMilliseconds(Date.parse(until)),
      perKWh,
    }));
    return this.give(person.personId, params.locationId, { currency: body.currency, slots });
  }

  @Route(priceRoutes.importPrices)
  async import({
    person,
    params,
    query,
    body,
  }: RouteRequest<typeof priceRoutes.importPrices>): Promise<PriceAnswer> {
    const timeZone = await readTimeZone(this.pool, params.locationId);
    if (timeZone === null) throw problem('not-found');
    const slots = readPriceCsv(body, { timeZone, per: query.per });
    if (!slots.ok) {
      const issues = slots.error.map(({ line, message }) => ({ path: `line ${line}`, message }));
      throw new ProblemError('unreadable-prices', null, issues.slice(0, toldErrors));
    }
    return this.give(person.personId, params.locationId, { currency: query.currency, slots: slots.value });
  }

  private async give(actor: PersonId, locationId: string, series: PriceSeries): Promise<PriceAnswer> {
    const [first, last] = [series.slots[0], series.slots.at(-1)];
    const misplaced = firstMisplaced(series.slots);
    if (misplaced !== null || !first || !last)
      throw problemWith('misplaced-price', `It is the price at position ${(misplaced ?? 0) + 1}.`);
    await this.changes.run({ actor, right: 'comfort', locationId, subject: 'prices' }, async (client, by) => {
      await givePrices(client, locationId, series, by);
      const detail = { currency: series.currency, ...span(first, last), count: series.slots.length };
      return { action: 'prices-given', subjectId: null, detail };
    });
    return priceView(await readPrices(this.pool, locationId, new Date(first.from), new Date(last.until)));
  }
}

const span = (first: PriceSlot, last: PriceSlot): { from: string; until: string } => ({
  from: new Date(first.from).toISOString(),
  until: new Date(last.until).toISOString(),
});

const priceView = (series: PriceSeries | null): PriceAnswer => ({
  currency: series?.currency ?? null,
  slots: (series?.slots ?? []).map((slot) => ({ ...span(slot, slot), perKWh: slot.perKWh })),
});
