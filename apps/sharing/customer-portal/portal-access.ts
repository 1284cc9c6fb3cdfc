import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isOn, noPortalCode, stepPortalCode, type PortalCodeEvent } from '#libs/entitlements/portal-code.js';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';
import { problem } from '#libs/platform/http/problems.js';
import {
  includePresentOwners,
  keepToken,
  portalOf,
  storePortal,
  type PortalPlace,
  type PortalRow,
} from '#libs/store/customer-portals.js';
import { installationsOf } from '#libs/store/installations.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { customerOf, installedLocation } from '../customers/customer-books.js';
import { SecretCodes } from '../secret-codes.js';

/** What the supplier hands out himself; we never mail it (CP-02, CP-18). */
export interface PortalAccess {
  readonly enabled: boolean;
  readonly restricted: boolean;
  readonly code: string | null;
  readonly link: string;
  readonly changedAt: Date | null;
  readonly tokens: readonly {
    readonly installationId: string;
    readonly name: string;
    readonly token: string;
  }[];
}

const actions: Readonly<Record<Exclude<PortalCodeEvent['type'], 'wrong-token'>, string>> = {
  enable: 'customer-portal-enabled',
  disable: 'customer-portal-disabled',
  regenerate: 'customer-portal-code-made',
};

/** The supplier's side of the customer portal (5G): switching, reading and renewing codes (CP-13, CP-15, CP-21). */
@Injectable()
export class PortalAccesses {
  private readonly link: string;

  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(HTTP_CONFIG) { identity }: HttpConfig,
  ) {
    this.link = identity.publicUrl === null ? '/customer' : new URL('/customer', identity.publicUrl).href;
  }

  read(actor: PersonId, organisationId: string, place: PortalPlace): Promise<PortalAccess> {
    return this.changes.run(actor, async (work) => {
      await this.requireEditor(work, organisationId, place);
      return this.shown(work, place, await portalOf(work.client, place));
    });
  }

  change(
    actor: PersonId,
    organisationId: string,
    place: PortalPlace,
    event: Exclude<PortalCodeEvent, { type: 'wrong-token' }>,
  ): Promise<PortalAccess> {
    return this.changes.run(actor, async (work) => {
      const entitlement = await this.requireEditor(work, organisationId, place);
      const before = await portalOf(work.client, place);
      const presentEpoch = await epochOf(work, place);
      const stepped = stepPortalCode(before ?? noPortalCode, event, presentEpoch);
      if (!stepped.ok) throw problem('portal-off');
      const next = stepped.value;
      if (next === before || next === noPortalCode) return this.shown(work, place, before);
      const portalId = before?.portalId ?? randomUUID();
      const on = next.state === 'on';
      const hash = on ? this.codes.hashOf('customer portal', this.codeOf(portalId, next.version)) : null;
      await storePortal(work.client, { ...next, portalId, place }, hash, work.by.at);
      if ('customerId' in place && next.version !== before?.version) {
        await includePresentOwners(work.client, place.customerId);
      }
      await work.audit({
        action: actions[event.type],
        entitlement,
        organisationId,
        ...('locationId' in place ? { locationId: place.locationId } : {}),
        subjectId: 'locationId' in place ? place.locationId : place.customerId,
        detail: { version: next.version, restricted: next.restricted },
      });
      return this.shown(work, place, await portalOf(work.client, place));
    });
  }

  /** CP-21: a member with the right to edit customers, for what is in the organisation's own books. */
  private async requireEditor(work: Work, organisationId: string, place: PortalPlace): Promise<string> {
    const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
    if ('customerId' in place) await customerOf(work.client, organisationId, place.customerId);
    else await installedLocation(work.client, organisationId, place.locationId);
    return entitlement;
  }

  private async shown(work: Work, place: PortalPlace, portal: PortalRow | null): Promise<PortalAccess> {
    const enabled = portal !== null && isOn(portal, portal.presentEpoch);
    const restricted = enabled && portal.restricted;
    return {
      enabled,
      restricted,
      code: enabled ? this.codeOf(portal.portalId, portal.version) : null,
      link: this.link,
      changedAt: portal?.changedAt ?? null,
      tokens: restricted && 'locationId' in place ? await this.tokensOf(work, place.locationId) : [],
    };
  }

  /** CP-11: a token follows from its installation alone, so that it is the same for ever. */
  private async tokensOf(work: Work, locationId: string): Promise<PortalAccess['tokens']> {
    const tokens = [];
    for (const { installationId, name } of await installationsOf(work.client, locationId)) {
      const token = this.codes.codeOf('installation token', installationId, 1);
      const hash = this.codes.hashOf('installation token', token);
      await keepToken(work.client, installationId, hash, work.by.at);
      tokens.push({ installationId, name, token });
    }
    return tokens;
  }

  private codeOf(portalId: string, version: number): string {
    return this.codes.codeOf('customer portal', portalId, version);
  }
}

async function epochOf(work: Work, place: PortalPlace): Promise<number> {
  if ('customerId' in place) return 0;
  const { rows } = await work.client.query<{ epoch: number }>(
    'SELECT ownership_epoch AS epoch FROM locations WHERE id = $1',
    [place.locationId],
  );
  return rows[0]?.epoch ?? 0;
}
