import { locationActions } from '#libs/entitlements/action.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import { all } from './history.js';
import { everyGrant, placesAround } from './naive-access.js';
import type { Disagreement } from './replay.js';
import { nextMonth, timeZones } from './wall-clock.js';

import { companyRoles, hour_ms, installers, StorySetting, type Theme } from './story-setting.js';
const givenRoles: readonly GrantRole[] = [
  'guest',
  'partner',
  'partner',
  'hub-administrator',
  'hub-limited-administrator',
  'hub-user',
  'professional',
];
const shareRoles = ['installation-manager', 'installation-manager', 'subcontractor', 'borrower'] as const;

/** Tells one random history: a setting, then attempts at instants that lie on, just before and just after every limit. */
export class Story extends StorySetting {
  tell(): Disagreement | null {
    this.setting();
    const length = this.theme === 'chain' ? 22 : 4 + this.random.under(10);
    for (let step = 0; step < length && !this.found; step++) {
      this.pass();
      this.event();
      const questions = this.theme === 'services' ? 1 : 1 + this.random.under(3);
      for (let each = 0; each < questions && !this.found; each++) this.question();
    }
    return this.found;
  }

  private event(): void {
    const kinds: Readonly<Record<Theme, readonly (() => void)[]>> = {
      people: [
        this.give,
        this.give,
        this.invite,
        this.accept,
        this.accept,
        this.transfer,
        this.answer,
        this.answer,
        this.confirm,
        this.endInvitation,
        this.revoke,
        this.seat,
        this.seat,
        this.grow,
        this.join,
      ],
      shares: [
        this.delegate,
        this.delegate,
        this.delegate,
        this.delegate,
        this.takeOver,
        this.revoke,
        this.revoke,
        this.grow,
        this.grow,
        this.connection,
        this.seat,
        this.move,
        this.give,
      ],
      chain: [
        this.delegateOn,
        this.delegateOn,
        this.delegateOn,
        this.delegateOn,
        this.delegateOn,
        this.delegateOn,
        this.revoke,
      ],
      services: [this.service, this.service, this.service, this.transfer, this.connection],
    };
    this.random.of(kinds[this.theme]).call(this);
  }

  private give(): void {
    const organisation = this.random.chance(0.3) ? this.organisation() : null;
    this.attempt('give', {
      grant: this.number(),
      by: this.person(),
      to:
        organisation === null
          ? { person: this.person(), organisation: null }
          : { person: null, organisation },
      role:
        organisation === null ? this.random.of(givenRoles) : organisation === 3 ? 'professional' : 'partner',
      node: 1,
      limits: this.limits(null),
      includeFuture: this.random.chance(0.6),
    });
  }

  private delegate(): void {
    const given = everyGrant(this.run.history).filter(({ to }) => to.organisation !== null);
    const parent = given.length > 0 && this.random.chance(0.6) ? this.random.of(given) : null;
    const node = parent && this.random.chance(0.6) ? parent.node : this.node();
    const grant = this.number();
    this.attempt('delegate', {
      grant,
      by: this.person(),
      from: parent?.to.organisation ?? 0,
      to: this.organisation(),
      role: this.random.of(shareRoles),
      node,
      parent: parent?.grant ?? null,
      limits: this.limits(parent),
      includeFuture: this.random.chance(0.5),
    });
    this.edges.push(this.now + 72 * hour_ms);
    if (this.random.chance(0.4)) this.attempt('take-over', { grant });
  }

  /** Always on from the last one, so that chains get as deep as they may. */
  private delegateOn(): void {
    const last = everyGrant(this.run.history).at(-1);
    const from = last?.to.organisation ?? 0;
    this.attempt('delegate', {
      grant: this.number(),
      by: this.person(),
      from,
      to: this.random.chance(0.1) ? this.organisation() : Math.min(from + 1, this.organisations - 1),
      role: 'installation-manager',
      node: this.random.chance(0.9) ? 1 : this.node(),
      parent: last?.grant ?? null,
      limits: { expiresAt: null, actions: null, hours: null, maximumCurrent_A: null },
      includeFuture: true,
    });
  }

  private takeOver(): void {
    this.attempt('take-over', { grant: this.grant() });
    this.edges.push(this.now + 72 * hour_ms);
  }

  private revoke(): void {
    const by = this.random.of(['grantor', 'grantor', 'grantor', 'owner', 'grantee'] as const);
    const anchor = this.random.of(['grantedAt', 'grantedAt', 'processedAt'] as const);
    this.attempt('revoke', { grant: this.grant(), by, anchor });
  }

  private grow(): void {
    this.part(this.random.of(['building', 'installation', 'device'] as const));
  }

  private move(): void {
    const organisation = this.random.of([0, 0, 1]);
    this.attempt('move', {
      node: 1,
      organisation,
      customer: organisation === 0 && this.random.chance(0.7) ? 0 : null,
    });
  }

  private seat(): void {
    const joined = all(this.run.history, 'join');
    if (joined.length === 0 || this.random.chance(0.3)) return this.hire(this.random.chance(0.6));
    const { membership } = this.random.of(joined);
    if (this.random.chance(0.5)) return this.attempt('leave', { membership });
    const invited = all(this.run.history, 'invite-member').find((each) => each.membership === membership);
    const role = this.random.of(invited?.organisation === 3 ? companyRoles : installers);
    this.attempt('change-role', { membership, role });
  }

  private join(): void {
    const invited = all(this.run.history, 'invite-member');
    if (invited.length === 0) return;
    const { membership, person } = this.random.of(invited);
    this.attempt('join', { membership, person: this.random.chance(0.9) ? person : this.person() });
  }

  private connection(): void {
    const made = all(this.run.history, 'connect');
    if (made.length > 0 && this.random.chance(0.7)) {
      const { connection, from, to } = this.random.of(made);
      const by = this.random.of([from, to, this.organisation()]);
      const step = this.random.of(['approve', 'reject', 'withdraw', 'close'] as const);
      return this.attempt('step-connection', { connection, by, step });
    }
    this.attempt('connect', {
      connection: this.number(),
      kind: this.random.of(['sharing', 'reseller'] as const),
      from: this.organisation(),
      to: this.organisation(),
    });
  }

  private invite(): void {
    const kind = this.random.of(['person', 'organisation', 'code'] as const);
    this.attempt('invite', {
      invitation: this.number(),
      node: 1,
      by: this.person(),
      kind,
      to: {
        person: kind === 'person' ? this.person() : null,
        organisation: kind === 'organisation' ? this.organisation() : null,
      },
      maximum: kind === 'code' ? 1 + this.random.under(2) : 1,
    });
    this.edges.push(this.now + 168 * hour_ms);
  }

  private invitation(): number {
    const made = all(this.run.history, 'invite');
    return made.length > 0 ? this.random.of(made).invitation : 999;
  }

  private accept(): void {
    this.attempt('accept', { invitation: this.invitation(), person: this.person(), grant: this.number() });
  }

  private endInvitation(): void {
    const how = this.random.of(['decline', 'revoke', 'supersede', 'void'] as const);
    this.attempt('end-invitation', { invitation: this.invitation(), how, person: this.person() });
  }

  private transfer(): void {
    this.attempt('transfer', {
      transfer: this.number(),
      node: 1,
      by: this.person(),
      recipient: this.person(),
    });
    this.edges.push(this.now + 168 * hour_ms);
  }

  private answer(): void {
    const made = all(this.run.history, 'transfer').at(-1);
    const how = this.random.of(['accept', 'accept', 'accept', 'reject', 'cancel'] as const);
    const person = made && this.random.chance(0.8) ? made.recipient : this.person();
    this.attempt('answer-transfer', { transfer: made?.transfer ?? 999, person, how });
  }

  private confirm(): void {
    this.attempt('confirm', { grant: this.grant() });
  }

  private service(): void {
    const service = 500 + this.random.under(2);
    const timeZone = this.random.of(timeZones);
    this.edges.push(nextMonth(timeZone, this.now));
    this.attempt('service', {
      service,
      node: 1,
      step: this.random.of([
        'activate',
        'activate',
        'deactivate',
        'deactivate',
        'resume',
        'stop',
        'sim-stopped',
      ] as const),
      timeZone,
      withSim: this.random.chance(0.5),
    });
  }

  private question(): void {
    const { random } = this;
    const ahead = this.edges.filter((edge) => edge > this.now);
    const at =
      ahead.length > 0 && random.chance(0.3)
        ? Math.max(this.now, random.of(ahead) - 1 + random.under(3))
        : this.now + (random.chance(0.2) ? random.under(100 * hour_ms) : 0);
    if (this.theme === 'services' || random.chance(0.15)) {
      const what = random.of(['invitation', 'transfer', 'service', 'connection'] as const);
      const number =
        what === 'service'
          ? 500 + random.under(2)
          : what === 'invitation'
            ? this.invitation()
            : random.under(20);
      return this.attempt('look', { what, number }, at);
    }
    const node = random.chance(0.98) ? this.node() : 998;
    if (placesAround(this.run.history, node).length === 0 && node !== 998) return;
    this.attempt('ask', { person: this.person(), action: random.of(locationActions), node }, at);
  }
}
