import { createHash } from 'node:crypto';
import type { PriceSlot } from '#libs/allocation/modes/price-plan.js';
import { overlay } from '#libs/allocation/modes/price-series.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** Prices of a time in one currency. */
export interface PriceSeries {
  /** ISO 4217. */
  readonly currency: string;
  /** Ascending, free of overlaps. */
  readonly slots: readonly PriceSlot[];
}

type StoredSlot = readonly [from: number, until: number, perKWh: number];

/** Series end up in nobody's plan any more this long after their last price. */
const keepFor_ms = 40 * 86_400_000;

/** Series composed already: locations that were given the same share one copy in memory. The least recently used go first. */
export class PriceCache {
  private readonly known = new Map<string, readonly PriceSlot[]>();

  constructor(private readonly capacity: number) {}

  get(key: string, make: () => readonly PriceSlot[]): readonly PriceSlot[] {
    const series = this.known.get(key) ?? make();
    this.known.delete(key);
    this.known.set(key, series);
    const [oldest] = this.known.keys();
    if (this.known.size > this.capacity && oldest !== undefined) this.known.delete(oldest);
    return series;
  }
}

/**
 * Lays a series over what the location has. A currency differs from the one before: all earlier ones go. A series that
 * was given before lies on top again.
 */
export async function givePrices(
  client: Queryable,
  locationId: string,
  { currency, slots }: PriceSeries,
  by: By,
): Promise<void> {
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) return;
  const text = JSON.stringify(slots.map(({ from, until, perKWh }): StoredSlot => [from, until, perKWh]));
  const hash = createHash('sha256').update(`${currency} ${text}`).digest();
  await client.query(
    `INSERT INTO price_series (hash, currency, slots, valid_from, valid_until) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (hash) DO NOTHING`,
    [hash, currency, text, new Date(first.from), new Date(last.until)],
  );
  await client.query(
    `DELETE FROM location_prices given USING price_series series
      WHERE series.hash = given.hash AND given.location_id = $1
        AND (given.hash = $2 OR series.currency <> $3 OR series.valid_until < $4)`,
    [locationId, hash, currency, new Date(by.at.getTime() - keepFor_ms)],
  );
  await client.query(
    `INSERT INTO location_prices (location_id, hash, given_at, given_by) VALUES ($1, $2, $3, $4)`,
    [locationId, hash, by.at, by.personId],
  );
  await client.query(
    `DELETE FROM price_series series WHERE valid_until < $1
        AND NOT EXISTS (SELECT FROM location_prices given WHERE given.hash = series.hash)`,
    [new Date(by.at.getTime() - keepFor_ms)],
  );
}

interface Layer {
  readonly hash: Buffer;
  readonly currency: string;
  readonly slots: readonly StoredSlot[];
}

/** Those that reach beyond `from`, in the order they were given. */
async function layersOf(client: Queryable, locationId: string, from: Date): Promise<readonly Layer[]> {
  const { rows } = await client.query<Layer>(
    `SELECT series.hash, series.currency, series.slots
       FROM location_prices given JOIN price_series series USING (hash)
      WHERE given.location_id = $1 AND series.valid_until > $2 ORDER BY given.sequence`,
    [locationId, from],
  );
  return rows;
}

const compose = (layers: readonly Layer[]): readonly PriceSlot[] =>
  overlay(
    layers.map(({ slots }) =>
      slots.map(([from, until, perKWh]) => ({
        from: epochMilliseconds(from),
        until: epochMilliseconds(until),
        perKWh,
      })),
    ),
  );

/** What a location's plans are made of from `now` on. */
export async function pricesOf(
  client: Queryable,
  locationId: string,
  now: EpochMilliseconds,
  cache: PriceCache,
): Promise<readonly PriceSlot[]> {
  const layers = await layersOf(client, locationId, new Date(now));
  if (layers.length === 0) return [];
  return cache.get(layers.map(({ hash }) => hash.toString('hex')).join(' '), () => compose(layers));
}

/** The prices between two instants, whole slots; null when none was ever given for then. */
export async function readPrices(
  client: Queryable,
  locationId: string,
  from: Date,
  until: Date,
): Promise<PriceSeries | null> {
  const layers = await layersOf(client, locationId, from);
  const slots = compose(layers).filter((slot) => slot.until > from.getTime() && slot.from < until.getTime());
  const currency = layers.at(-1)?.currency;
  return currency === undefined || slots.length === 0 ? null : { currency, slots };
}
