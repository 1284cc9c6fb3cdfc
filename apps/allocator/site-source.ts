import type { Pool } from '#libs/store/pool.js';
import { PriceCache } from '#libs/store/prices.js';
import { listSiteIds, loadSite, saveStandingDefault, type SiteRecord } from '#libs/store/site-repository.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConfirmedDefault } from './site-actor.js';

/** Where the allocator learns of sites, and what it remembers of them over a restart. */
export interface SiteSource {
  siteIds(): Promise<readonly string[]>;
  /** Null when there is no such site, or nobody has described it. */
  load(siteId: string, now: EpochMilliseconds): Promise<SiteRecord | null>;
  confirm(standingDefault: ConfirmedDefault): Promise<void>;
}

/** Far more than there are price areas, so that sites of one area share one copy. */
const cachedPriceSeries = 500;

export function storedSites(pool: Pool): SiteSource {
  const prices = new PriceCache(cachedPriceSeries);
  return {
    siteIds: () => listSiteIds(pool),
    load: (siteId, now) => loadSite(pool, siteId, now, prices),
    confirm: ({ deviceId, connector, current_A }) =>
      saveStandingDefault(pool, deviceId, connector, current_A),
  };
}
