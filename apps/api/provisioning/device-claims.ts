import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Bus } from '#libs/bus/bus.js';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { decide, waysTo } from '#libs/entitlements/decide.js';
import { atDevice, atLocation, type Scope } from '#libs/entitlements/facts.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import type { Gate } from '#libs/gate/gate.js';
import { codeStep_ms, evenly } from '#libs/platform/http/even-answer.js';
import { problem } from '#libs/platform/http/problems.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { BUS, CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { bindDevice, replaceHardware } from '#libs/store/device-binding.js';
import { DeviceRepository, type Device } from '#libs/store/devices.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { changeEntitlements, type EntitlementChange } from '#libs/store/entitlement-log.js';
import { lockFactoryDevices, type FactoryDevice } from '#libs/store/factory-devices.js';
import type { Pool, Queryable } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { Possession, type Shown } from './possession.js';

interface Claim {
  readonly person: SignedInPerson;
  /** Where the request came from. */
  readonly address: string;
  readonly shown: Shown;
}

/** Binding hardware to a location by serial and PIN, and letting it take the place of a broken device. */
@Injectable()
export class DeviceClaims {
  constructor(
    @Inject(Possession) private readonly possession: Possession,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** NB-73, NB-95. */
  claim(claim: Claim, locationId: string, name: string): Promise<Device> {
    const target = atLocation(locationId);
    return this.withHardware(claim, target, async (change, hardware, at) => {
      const { serial: identity, kind } = hardware;
      const device = { deviceId: randomUUID(), locationId, kind, identity, name, createdAt: at };
      await requireFree(change.client, hardware, locationId);
      if (!(await bindDevice(change, device, hardware, claim.person.personId)))
        throw problem('device-claimed-elsewhere');
      return { device, action: 'device-claimed', detail: { kind, identity, name } };
    });
  }

  replace(claim: Claim, deviceId: string): Promise<Device> {
    return this.withHardware(claim, atDevice(deviceId), async (change, hardware, at) => {
      const old = await new DeviceRepository(change.client).byId(deviceId);
      if (!old) throw problem('not-found');
      await requireFree(change.client, hardware, old.locationId);
      if (old.kind !== hardware.kind) throw problem('wrong-device-kind');
      if (!(await replaceHardware(change, old, hardware, at))) throw problem('device-claimed-elsewhere');
      const device = { ...old, identity: hardware.serial };
      const detail = { identity: hardware.serial, formerIdentity: old.identity };
      return { device, action: 'device-replaced', detail };
    });
  }

  /** The right before the PIN, so that who may do nothing here cannot try any; and again under the lock. */
  private async withHardware(
    { person, address, shown }: Claim,
    target: Scope,
    work: (
      change: EntitlementChange,
      hardware: FactoryDevice,
      at: Date,
    ) => Promise<{ device: Device; action: string; detail: Readonly<Record<string, unknown>> }>,
  ): Promise<Device> {
    await this.requireRight(this.pool, person, target);
    return evenly(codeStep_ms, async () => {
      const { serial } = await this.possession.prove({ personId: person.personId, address }, shown);
      const by = { actorPersonId: person.personId, at: this.clock.now() };
      const at = new Date(by.at);
      const changed = await changeEntitlements(this.pool, by, async (change) => {
        const entitlement = await this.requireRight(change.client, person, target);
        const hardware = (await lockFactoryDevices(change.client, [serial])).get(serial);
        if (!hardware) throw problem('wrong-serial-or-pin');
        const { device, action, detail } = await work(change, hardware, at);
        const { deviceId: subjectId, locationId } = device;
        const entry = { action, entitlement, locationId, organisationId: null, subjectId, detail };
        await appendAudit(change.client, entry, { actorPersonId: person.personId, at });
        return device;
      });
      await this.gate.caughtUp(changed.sequence);
      const { locationId: siteId, deviceId: subjectId } = changed.value;
      await this.bus.publish('changes', { siteId, subject: 'devices', subjectId, at: by.at });
      return changed.value;
    });
  }

  /** NB-73 the electrical right; NB-95 or to own the place: the PIN proves the rest. */
  private async requireRight(
    client: Queryable,
    { personId }: SignedInPerson,
    target: Scope,
  ): Promise<string> {
    const now = this.clock.now();
    const facts = await readFactsAround(client, personId, target);
    const decision = decide(facts, personId, 'electrical', target, now);
    if (decision.allowed) return entitlementOf(decision.proof);
    const owning = waysTo(facts, personId, 'telemetry', target, now).find(
      ({ proof }) => proof.kind === 'owner',
    );
    if (owning) return entitlementOf(owning.proof);
    throw problem(decision.visible ? 'forbidden' : 'not-found');
  }
}

/** Told only to who has shown the right PIN. */
async function requireFree(client: Queryable, hardware: FactoryDevice, locationId: string): Promise<void> {
  const refusals: Readonly<Record<FactoryDevice['state'], ProblemCode | null>> = {
    manufactured: null,
    claimed: 'device-claimed-elsewhere',
    retired: 'device-retired',
  };
  const code = refusals[hardware.state];
  if (code === null) return;
  const { rowCount } = await client.query('SELECT FROM devices WHERE identity = $1 AND location_id = $2', [
    hardware.serial,
    locationId,
  ]);
  throw problem(rowCount === 1 ? 'device-claimed-here' : code);
}
