import { randomUUID } from 'node:crypto';
import type { CommandMessage } from '#libs/contracts/command.js';
import type { Bus } from '#libs/bus/bus.js';
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
import { CommandRepository, desire, insertCommand, type CommandRow } from '#libs/store/commands.js';
import { DeviceRepository } from '#libs/store/devices.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { entitlementLock } from '#libs/store/entitlement-log.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { organisationId, personId, siteId, type PersonId, type SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { EntitlementTail } from './entitlement-tail.js';
import { exceeds, unfit, wishOf, type Intent, type Unfit } from './intent.js';
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
export type Denial = DenialCode | Unfit | 'current-above-grant';

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
    const scope = target.kind === 'command' ? await this.deviceOf(target.id) : target;
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
        commandId: randomUUID(),
        locationId,
        deviceId: device.deviceId,
        request: intent.request,
        personId: principal.personId,
        entitlement: entitlementOf(decision.proof),
        state: 'queued',
        answer: null,
        reason: null,
        enqueuedAt: new Date(now),
        deadline: new Date(now + intent.timeout_ms),
        sentAt: null,
        finishedAt: null,
      };
      await insertCommand(client, command);
      if (wish) await desire(client, device.deviceId, wish);
      return ok(command);
    });
    if (admitted.ok) await this.announce(admitted.value, wish !== null);
    return admitted;
  }

  /** Before the wire: does the very entitlement that admitted the command still allow it? Asked of the tables (T6). */
  async stillAllowed(command: CommandMessage): Promise<boolean> {
    const person = personId(command.proof.personId);
    const target = atDevice(command.deviceId);
    const facts = await readFactsAround(this.options.pool, person, target);
    const action = commandRights[command.request.action];
    return waysTo(facts, person, action, target, this.options.clock.now()).some(
      (way) => way.extent !== 'none' && entitlementOf(way.proof) === command.proof.entitlement,
    );
  }

  private async deviceOf(commandId: string): Promise<Scope | null> {
    const found = await this.commands.deviceOf(commandId);
    return found === null ? null : atDevice(found);
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
    const change = { siteId: atSite, at: enqueuedAt };
    await this.options.bus.publish('changes', { ...change, subject: 'command', subjectId: commandId });
    if (twinChanged)
      await this.options.bus.publish('changes', { ...change, subject: 'twin', subjectId: deviceId });
  }
}
