import { locationActions } from '#libs/entitlements/action.js';
import type { OrganisationRole } from '#libs/entitlements/role.js';
import type { Weekday, WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { all, type Attempt, type Attempted, type Doing, type Limits } from './history.js';
import { everyGrant } from './naive-access.js';
import { Random } from './random.js';
import { Replay, type Disagreement } from './replay.js';
import { timeZones } from './wall-clock.js';

export const hour_ms = 3_600_000;
/** Shortly before clocks change, months and years end, somewhere in the zones of the histories. */
const beginnings = [
  Date.UTC(2026, 8, 25, 20),
  Date.UTC(2026, 9, 23, 9),
  Date.UTC(2026, 9, 30, 22),
  Date.UTC(2026, 11, 30, 13),
  Date.UTC(2027, 1, 27, 23),
  Date.UTC(2027, 2, 12, 7),
  Date.UTC(2027, 2, 26, 1),
  Date.UTC(2027, 3, 1, 12),
];
export const installers: readonly OrganisationRole[] = [
  'administrator',
  'administrator',
  'installer',
  'technician',
  'manager',
  'account-manager',
];
export const companyRoles: readonly OrganisationRole[] = [
  'company-owner',
  'senior-service-manager',
  'service-manager',
  'company-installer',
];
export type Theme = 'people' | 'shares' | 'chain' | 'services';

type Untimed<Kind extends Doing> = Omit<Attempted<Kind>, 'at' | 'do'>;

/** Where a random history begins: a few places and people, and how instants and limits are chosen. */
export class StorySetting {
  readonly run = new Replay();
  found: Disagreement | null = null;
  protected readonly random: Random;
  protected now: number;
  /** Instants at which something ends or begins. */
  protected readonly edges: number[] = [];
  protected next = 0;
  protected readonly theme: Theme;
  protected readonly people: number;
  protected readonly organisations: number;

  constructor(seed: number, index: number) {
    this.random = new Random(seed, index);
    this.now = this.random.of(beginnings) + this.random.under(48 * hour_ms);
    const dice = this.random.under(100);
    this.theme = dice < 45 ? 'people' : dice < 88 ? 'shares' : dice < 92 ? 'chain' : 'services';
    this.people = 4;
    this.organisations = this.theme === 'chain' ? 12 : 4;
  }
  protected attempt<Kind extends Doing>(kind: Kind, more: Untimed<Kind>, at = this.now): void {
    if (this.found) return;
    // The three parts of an attempt belong to one kind by the signature above, which a spread cannot show.
    this.found = this.run.tell({ at, do: kind, ...more } as unknown as Attempt);
  }

  protected number(): number {
    return this.next++;
  }
  protected person(): number {
    return this.random.under(this.people);
  }
  protected organisation(): number {
    return this.random.under(this.organisations);
  }
  protected node(): number {
    const places = all(this.run.history, 'place');
    return this.random.of(places).node;
  }
  protected grant(): number {
    const given = everyGrant(this.run.history);
    return given.length > 0 && this.random.chance(0.97) ? this.random.of(given).grant : 999;
  }

  protected pass(): void {
    const { random } = this;
    const ahead = this.edges.filter((edge) => edge >= this.now - 1);
    if (ahead.length > 0 && random.chance(0.35))
      this.now = Math.max(this.now, random.of(ahead) - 1 + random.under(3));
    else if (random.chance(0.5)) this.now += random.of([0, 1, 60_000, hour_ms, 5 * hour_ms, 30 * hour_ms]);
  }

  protected setting(): void {
    const location = (node: number, organisation: number, parent: number | null) =>
      this.attempt('place', {
        node,
        kind: 'location',
        parent,
        organisation,
        owner: this.random.chance(0.6) ? this.person() : null,
        partnersMayShare: this.random.chance(0.5),
      });
    const nothing = { organisation: null, owner: null, partnersMayShare: false } as const;
    this.attempt('place', {
      ...nothing,
      node: this.number(),
      kind: 'customer',
      parent: null,
      organisation: 0,
    });
    location(
      this.number(),
      this.theme === 'people' && this.random.chance(0.3) ? 3 : 0,
      this.random.chance(0.7) ? 0 : null,
    );
    if (this.random.chance(0.5))
      this.attempt('place', { ...nothing, node: this.number(), kind: 'building', parent: this.node() || 1 });
    this.part('installation');
    this.part('device');
    const memberships = 2 + this.random.under(4);
    for (let each = 0; each < memberships; each++) this.hire(true);
    if (this.theme === 'shares' || this.theme === 'chain')
      for (let each = 0; each + 1 < this.organisations; each++) {
        const [from, to] = this.theme === 'chain' ? [each, each + 1] : [0, each + 1];
        const connection = this.number();
        this.attempt('connect', { connection, kind: 'sharing', from, to });
        this.attempt('step-connection', { connection, by: to, step: 'approve' });
      }
  }

  protected part(kind: 'building' | 'installation' | 'device'): void {
    const order = ['customer', 'location', 'building', 'installation', 'device'];
    const above = all(this.run.history, 'place').filter(
      (place) => place.kind !== 'customer' && order.indexOf(place.kind) < order.indexOf(kind),
    );
    const parent = this.random.of(above).node;
    const nothing = { organisation: null, owner: null, partnersMayShare: false } as const;
    this.attempt('place', { ...nothing, node: this.number(), kind, parent });
  }

  protected hire(atOnce: boolean): void {
    const [membership, person, organisation] = [this.number(), this.person(), this.organisation()];
    const role = this.random.of(organisation === 3 ? companyRoles : installers);
    this.attempt('invite-member', { membership, person, organisation, role });
    this.edges.push(this.now + 168 * hour_ms);
    if (atOnce) this.attempt('join', { membership, person });
  }

  protected limits(parent: Limits | null): Limits {
    const { random } = this;
    const expiresAt = random.chance(0.3)
      ? (parent?.expiresAt ?? this.now + random.of([1, hour_ms, 72 * hour_ms, 200 * hour_ms])) +
        random.of([0, 0, -1, 1])
      : null;
    if (expiresAt !== null) this.edges.push(expiresAt);
    return {
      expiresAt,
      actions: random.chance(0.25)
        ? (parent?.actions ?? locationActions)
            .filter(() => random.chance(0.6))
            .concat(random.chance(0.2) ? ['use'] : [])
        : null,
      hours: random.chance(0.15) ? this.hours(parent?.hours ?? null) : null,
      maximumCurrent_A: random.chance(0.2) ? 6 + random.under(3) : null,
    };
  }

  protected hours(parent: WeeklyHours | null): WeeklyHours {
    const { random } = this;
    const timeZone = parent && random.chance(0.9) ? parent.timeZone : random.of(timeZones);
    if (parent && random.chance(0.5))
      return {
        timeZone,
        ranges: parent.ranges.map((range) => ({ ...range, to_min: range.to_min - random.under(2) })),
      };
    const from_min = random.of([0, 60, 120, 180, 600]);
    const days = ([1, 2, 3, 4, 5, 6, 7] as Weekday[]).filter(() => random.chance(0.7));
    return { timeZone, ranges: [{ days, from_min, to_min: random.of([from_min + 1, 720, 1_440]) }] };
  }
}
