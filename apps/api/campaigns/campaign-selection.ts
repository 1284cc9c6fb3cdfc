import { Inject, Injectable } from '@nestjs/common';
import type { DeviceKind } from '#libs/contracts/observation.js';
import type { Proof } from '#libs/entitlements/proof.js';
import { atDevice, atLocation, type Scope } from '#libs/entitlements/facts.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';

export interface Selected {
  readonly locationIds: readonly string[];
  readonly deviceIds: readonly string[];
}

/** The organisation a right is held through; null: the person's own. */
const organisationOf = (proof: Proof): string | null => {
  if (proof.kind === 'membership') return proof.organisationId;
  return proof.kind === 'grant' ? (proof.through?.organisationId ?? null) : null;
};

/** Which devices a campaign is for: those of the kind that the organisation may configure electrically. */
@Injectable()
export class CampaignSelection {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(GATE) private readonly gate: Gate,
    @Inject(POOL) pool: Pool,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  /** In the order named, devices of locations by name; each once. */
  async resolve(
    person: Principal,
    organisationId: string,
    kind: DeviceKind,
    { locationIds, deviceIds }: Selected,
  ): Promise<readonly string[]> {
    const refused: string[] = [];
    const chosen = new Set<string>();
    for (const id of deviceIds) {
      const device = await this.devices.byId(id);
      if (!device || device.kind !== kind || !(await this.may(person, organisationId, atDevice(id))))
        refused.push(id);
      else chosen.add(id);
    }
    for (const id of locationIds) {
      if (!(await this.may(person, organisationId, atLocation(id)))) {
        refused.push(id);
        continue;
      }
      for (const device of await this.devices.ofLocation(id))
        if (device.kind === kind) chosen.add(device.deviceId);
    }
    // What does not exist and what is not theirs look the same (T7).
    if (refused.length > 0) throw problemWith('not-for-configuring', refused.slice(0, 20).join(', '));
    if (chosen.size === 0) throw problem('nothing-selected');
    return [...chosen];
  }

  private async may(person: Principal, organisationId: string, target: Scope): Promise<boolean> {
    const decision = await this.gate.check(person, 'electrical', target);
    if (!decision.ok && decision.error === 'entitlements-stale') throw problem('entitlements-stale');
    return decision.ok && organisationOf(decision.value.proof) === organisationId;
  }
}
