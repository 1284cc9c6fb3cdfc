import { randomUUID } from 'node:crypto';
import type { CommandMessage } from '#libs/contracts/command.js';
import type { Bus } from '#libs/bus/bus.js';
import { settingCatalogue, type SettingKey } from '#libs/contracts/setting-catalogue.js';
import { desire, withdraw, type WishedBy } from '#libs/devices/twin.js';
import type { LocationAction, OrganisationAction } from '#libs/entitlements/action.js';
import { commandRights } from '#libs/entitlements/command-right.js';
import {
  actionsAt,
  decide,
  extentOf,
  historyFrom,
  waysTo,
  type Decision,
} from '#libs/entitlements/decide.js';
import { atDevice, atLocation, type Scope } from '#libs/entitlements/facts.js';
import { decideOrganisation } from '#libs/entitlements/organisation-right.js';
import { entitlementOf, type Proof } from '#libs/entitlements/proof.js';
import { cancelCommand, CommandRepository, insertCommand, type CommandRow } from '#libs/store/commands.js';
import { changeTwin, typed, type TwinRow } from '#libs/store/twins.js';
import { DeviceRepository } from '#libs/store/devices.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { entitlementLock } from '#libs/store/entitlement-log.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { organisationId, personId, siteId, type PersonId, type SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { EntitlementTail } from './entitlement-tail.js';
import { exceeds, rightsToWish, unfit, wishOf, type Intent, type Unfit, type Wishes } from './intent.js';
import { ProofWatch, type Watched, type WatchEnd } from './proof-watch.js';
import { EntitlementSnapshot } from './snapshot.js';

/** T12: with an older snapshot commands fail closed. */
const commandStaleness_ms = 1_000;
/** Reads and open streams bear a short outage of the database; longer than this they fail closed too. */
const readStaleness_ms = 5_000;

/** Somebody who is signed in. What they may do is never part of it. */
export interface Principal {
  readonly personId: PersonId;
}

/** What rights are held on, or a command: that is the device's it was given to. */
export type Target = Scope | { readonly kind: 'command'; readonly id: string };

/** `not-found` for what is absent and for what a stranger may not know of: nobody can tell them apart (T7). */
export type DenialCode = 'not-found' | 'forbidden' | 'entitlements-stale';
export type Denial = DenialCode | Unfit | 'current-above-grant' | 'twin-changed' | 'command-not-waiting';

export interface Allowed {
  /** What the right was decided on. */
  readonly target: Scope;
  /** The location it lies in; empty for a customer. */
  readonly locationId: SiteId;
  readonly extent: 'all' | 'own';
  readonly proof: Proof;
  /** History before this is not theirs to see (NB-52); null: all of it. */
  readonly historyFrom: EpochMilliseconds | null;
}

export interface GateOptions {
  readonly pool: Pool;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** The one door: every request of a person is decided here, and only here a person's command is made. */
export class Gate {
  private readonly snapshot = new EntitlementSnapshot();
  private readonly proofWatch = new ProofWatch(() => this.snapshot.table);
  private readonly tail: EntitlementTail;
  private readonly devices: DeviceRepository;
  private readonly commands: CommandRepository;

  constructor(private readonly options: GateOptions) {
    this.devices = new DeviceRepository(options.pool);
    this.commands = new CommandRepository(options.pool);
    this.tail = new EntitlementTail({
      ...options,
      snapshot: this.snapshot,
      onRead: (concerned) => this.proofWatch.review(concerned, options.clock.now()),
      onTurn: () => {
        if (this.tail.age_ms() > readStaleness_ms) this.proofWatch.endAll('entitlements-stale');
      },
    });
  }

  start(): Promise<void> {
    return this.tail.start();
  }

  stop(): Promise<void> {
    return this.tail.stop();
  }

  /** How old this process's knowledge of entitlements may be at most. */
  staleness_ms(): number {
    return this.tail.age_ms();
  }

  get watchedStreams(): number {
    return this.proofWatch.size;
  }

  /** Resolves when checks see the change with this number of the entitlement log. */
  caughtUp(sequence: number): Promise<void> {
    return this.tail.caughtUp(sequence);
  }

  /** May this person do this to that? */
  async check(
    principal: Principal,
    action: LocationAction,
    target: Target,
  ): Promise<Result<Allowed, DenialCode>> {
    const scope = target.kind === 'command' ? await this.placeOf(target.id) : target;
    if (this.tail.age_ms() > readStaleness_ms) return fail('entitlements-stale');
    if (scope === null) return fail('not-found');
    const decision = this.explain(principal.personId, action, scope);
    if (!decision.allowed) return fail(decision.visible ? 'forbidden' : 'not-found');
    const { extent, proof } = decision;
    const { table } = this.snapshot;
    const row = table.locationRowOf(table.nodeRow(scope));
    const location = row === -1 ? null : table.locationAt(row);
    return ok({
      target: scope,
      locationId: location?.nodeId ?? siteId(''),
      extent,
      proof,
      historyFrom: location && historyFrom(location, proof),
    });
  }

  checkOrganisation(
    principal: Principal,
    action: OrganisationAction,
    id: string,
  ): Result<{ membershipId: string }, DenialCode> {
    if (this.tail.age_ms() > readStaleness_ms) return fail('entitlements-stale');
    const decision = decideOrganisation(this.snapshot.table, principal.personId, action, organisationId(id));
    if (!decision.allowed) return fail(decision.visible ? 'forbidden' : 'not-found');
    return ok({ membershipId: decision.membership.membershipId });
  }

  /** Every location where the person may do this, in no order. */
  locationsOf(principal: Principal, action: LocationAction): readonly SiteId[] {
    const now = this.options.clock.now();
    return [...this.snapshot.candidatesOf(principal.personId)].filter(
      (id) => extentOf(this.snapshot.table, principal.personId, action, atLocation(id), now) !== 'none',
    );
  }

  /** What allows it, or what is missing on each way that nearly did. For people who may see the location's sharing. */
  explain(person: PersonId, action: LocationAction, target: Scope): Decision {
    return decide(this.snapshot.table, person, action, target, this.options.clock.now());
  }

  /** The actions a person may do there to any extent. */
  actionsAt(person: PersonId, target: Scope): readonly LocationAction[] {
    return actionsAt(this.snapshot.table, person, target, this.options.clock.now());
  }

  /** Calls `onDead` within half a second of the proof's end, even when another fact would still allow the same. */
  watch(watched: Watched, onDead: (end: WatchEnd) => void): () => void {
    return this.proofWatch.add(watched, this.options.clock.now(), onDead);
  }

  /**
   * Makes a command of an intent, or says why not. The right is checked against the tables in the transaction that
   * writes the command, with no change of entitlements in flight: once a revoke is acknowledged, nothing more passes.
   */
  async admit(principal: Principal, intent: Intent): Promise<Result<CommandRow, Denial>> {
    if (this.tail.age_ms() > commandStaleness_ms) return fail('entitlements-stale');
    const action = commandRights[intent.request.action];
    const allowed = await this.check(principal, action, { kind: 'device', id: intent.deviceId });
    if (!allowed.ok) return allowed;
    const target = atDevice(intent.deviceId);
    const device = await this.devices.byId(intent.deviceId);
    if (!device) return fail('not-found');
    const misfit = unfit(intent.request, device.kind);
    if (misfit) return fail(misfit);

    const given = intent.commandId === undefined ? null : await this.commands.byId(intent.commandId);
    if (given) return ok(given);

    const { locationId } = allowed.value;
    const wish = wishOf(intent.request);
    const admitted = await inTransaction<Result<CommandRow, Denial>>(this.options.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock_shared($1)', [entitlementLock]);
      const facts = await readFactsAround(client, principal.personId, target);
      const now = this.options.clock.now();
      const decision = decide(facts, principal.personId, action, target, now);
      if (!decision.allowed) return fail(decision.visible ? 'forbidden' : 'not-found');
      if (exceeds(intent.request, decision.maximumCurrent_A)) return fail('current-above-grant');
      const command: CommandRow = {
        commandId: intent.commandId ?? randomUUID(),
        locationId,
        deviceId: device.deviceId,
        request: intent.request,
        personId: principal.personId,
        entitlement: entitlementOf(decision.proof),
        state: 'queued',
        answer: null,
        reason: null,
        code: null,
        enqueuedAt: new Date(now),
        deadline: new Date(now + intent.timeout_ms),
        sentAt: null,
        finishedAt: null,
      };
      const by = { personId: command.personId, entitlement: command.entitlement };
      const wished =
        wish && (await changeTwin(client, device.deviceId, (twin) => desire(twin, wish, now, by)));
      await insertCommand(client, command, wished?.after.desiredVersion ?? null);
      return ok(command);
    });
    if (admitted.ok) await this.announce(admitted.value, wish !== null);
    return admitted;
  }

  /**
   * Writes what a person wishes of a device's settings, each key with the proof it was wished by: the edge asks for it again
   * when the device takes the key, which may be long after, at its first connection (NB-86).
   */
  async desire(principal: Principal, wishes: Wishes): Promise<Result<TwinRow, Denial>> {
    if (this.tail.age_ms() > commandStaleness_ms) return fail('entitlements-stale');
    const { deviceId, settings, expectedVersion } = wishes;
    const device = await this.devices.byId(deviceId);
    const seen = await this.check(principal, 'telemetry', { kind: 'device', id: deviceId });
    if (!seen.ok) return seen;
    if (!device) return fail('not-found');
    const rights = rightsToWish(settings, device.kind);
    if (rights === null) return fail('wrong-device-kind');

    const written = await inTransaction<Result<TwinRow, Denial>>(this.options.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock_shared($1)', [entitlementLock]);
      const facts = await readFactsAround(client, principal.personId, atDevice(deviceId));
      const now = this.options.clock.now();
      const proofs = new Map<LocationAction, string>();
      for (const right of rights) {
        const decision = decide(facts, principal.personId, right, atDevice(deviceId), now);
        if (!decision.allowed) return fail(decision.visible ? 'forbidden' : 'not-found');
        if (right === 'comfort' && aboveGrant(settings.maxCurrent_A, decision.maximumCurrent_A))
          return fail('current-above-grant');
        proofs.set(right, entitlementOf(decision.proof));
      }
      const { before, after } = await changeTwin(client, deviceId, (twin) => {
        if (expectedVersion !== null && twin.desiredVersion !== expectedVersion) return twin;
        return [...proofs].reduce((changed, [right, entitlement]) => {
          const keys = Object.entries(settings).filter(
            ([key]) => settingCatalogue[key as SettingKey].right === right,
          );
          return desire(changed, Object.fromEntries(keys), now, {
            personId: principal.personId,
            entitlement,
          });
        }, twin);
      });
      return after === before && proofs.size > 0 ? fail('twin-changed') : ok(typed(after));
    });
    if (written.ok) await this.changed(device.locationId, 'twin', deviceId);
    return written;
  }

  /** Takes back a command that still waits, and its wish with it unless somebody wished anew. For who may give it. */
  async cancel(principal: Principal, commandId: string): Promise<Result<CommandRow, Denial>> {
    const command = await this.commands.byId(commandId);
    if (!command) return fail('not-found');
    const { deviceId, locationId, request } = command;
    const allowed = await this.check(principal, commandRights[request.action], {
      kind: 'device',
      id: deviceId,
    });
    if (!allowed.ok) return allowed;
    const wishTaken = await inTransaction<boolean | null>(this.options.pool, async (client) => {
      const now = this.options.clock.now();
      const wishVersion = await cancelCommand(client, commandId, cancelledReason, new Date(now));
      if (wishVersion === undefined) return null;
      if (wishVersion === null) return false;
      const { before, after } = await changeTwin(client, deviceId, (twin) =>
        withdraw(twin, wishVersion, now),
      );
      return before !== after;
    });
    if (wishTaken === null) return fail('command-not-waiting');
    await this.changed(locationId, 'command', commandId);
    if (wishTaken) await this.changed(locationId, 'twin', deviceId);
    const ended = await this.commands.byId(commandId);
    return ended ? ok(ended) : fail('not-found');
  }

  /** Before the wire: may who wished this key still do so, by the very entitlement it was wished by? (NB-86) */
  async stillWished(deviceId: string, key: string, by: WishedBy): Promise<boolean> {
    const setting = settingCatalogue[key as SettingKey];
    return this.holds(personId(by.personId), setting.right, deviceId, by.entitlement);
  }

  /** Before the wire: does the very entitlement that admitted the command still allow it? Asked of the tables (T6). */
  async stillAllowed(command: CommandMessage): Promise<boolean> {
    const { personId: by, entitlement } = command.proof;
    return this.holds(personId(by), commandRights[command.request.action], command.deviceId, entitlement);
  }

  private async holds(
    person: PersonId,
    action: LocationAction,
    deviceId: string,
    entitlement: string,
  ): Promise<boolean> {
    const target = atDevice(deviceId);
    const facts = await readFactsAround(this.options.pool, person, target);
    return waysTo(facts, person, action, target, this.options.clock.now()).some(
      (way) => way.extent !== 'none' && entitlementOf(way.proof) === entitlement,
    );
  }

  /** Whoever may see the location may see how a device left it (NB-84). */
  private async placeOf(commandId: string): Promise<Scope | null> {
    const found = await this.commands.placeOf(commandId);
    if (found === null) return null;
    return found.bound ? atDevice(found.deviceId) : atLocation(found.locationId);
  }

  private async announce(command: CommandRow, twinChanged: boolean): Promise<void> {
    const { commandId, locationId: atSite, deviceId, request, personId: by, entitlement } = command;
    const enqueuedAt = command.enqueuedAt.getTime();
    await this.options.bus.publish('commands', {
      commandId,
      siteId: atSite,
      deviceId,
      request,
      proof: { personId: by, entitlement },
      enqueuedAt,
      deadline: command.deadline.getTime(),
    });
    await this.changed(atSite, 'command', commandId);
    if (twinChanged) await this.changed(atSite, 'twin', deviceId);
  }

  private changed(site: string, subject: 'command' | 'twin', subjectId: string): Promise<void> {
    const at = this.options.clock.now();
    return this.options.bus.publish('changes', { siteId: site, subject, subjectId, at });
  }
}

const cancelledReason = 'A person took it back before it was sent.';

const aboveGrant = (wished_A: number | null | undefined, maximum_A: number | null): boolean =>
  typeof wished_A === 'number' && maximum_A !== null && wished_A > maximum_A;
