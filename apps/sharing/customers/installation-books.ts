import { Inject, Injectable } from '@nestjs/common';
import { decide } from '#libs/entitlements/decide.js';
import { atDevice, type Scope } from '#libs/entitlements/facts.js';
import { problem } from '#libs/platform/http/problems.js';
import {
  buildingById,
  insertBuilding,
  removeBuilding,
  renameBuilding,
  type Building,
} from '#libs/store/buildings.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import {
  assignDevice,
  describeInstallation,
  devicesAt,
  insertInstallation,
  installationById,
  placeInstallation,
  removeInstallation,
  type Installation,
} from '#libs/store/installations.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, requireRightOn, type Work } from '../changes.js';
import { installedLocation } from './customer-books.js';

const atInstallation = (id: string): Scope => ({ kind: 'installation', id });

/** Buildings and installations: where they stand is the organisation's affair (CS-36), what they are its grantees' too (CS-35). */
@Injectable()
export class InstallationBooks {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  createBuilding(
    actor: PersonId,
    organisationId: string,
    locationId: string,
    name: string,
  ): Promise<Building> {
    return this.inBooks(actor, organisationId, 'building-created', locationId, async (work) => {
      const buildingId = await insertBuilding(work.change, { locationId, name, source: null }, work.by);
      return { subjectId: buildingId, value: await buildingOf(work, organisationId, buildingId) };
    });
  }

  renameBuilding(
    actor: PersonId,
    organisationId: string,
    buildingId: string,
    name: string,
  ): Promise<Building> {
    return this.inBooks(actor, organisationId, 'building-changed', null, async (work) => {
      await buildingOf(work, organisationId, buildingId);
      await renameBuilding(work.change, buildingId, name);
      return { subjectId: buildingId, value: await buildingOf(work, organisationId, buildingId) };
    });
  }

  async removeBuilding(actor: PersonId, organisationId: string, buildingId: string): Promise<void> {
    await this.inBooks(actor, organisationId, 'building-removed', null, async (work) => {
      const value = await buildingOf(work, organisationId, buildingId);
      if (!(await removeBuilding(work.change, buildingId))) throw problem('still-in-use');
      return { subjectId: buildingId, value };
    });
  }

  createInstallation(
    actor: PersonId,
    organisationId: string,
    locationId: string,
    installation: Pick<Installation, 'name' | 'description' | 'buildingId'>,
  ): Promise<Installation> {
    return this.inBooks(actor, organisationId, 'installation-created', locationId, async (work) => {
      await requireBuilding(work, locationId, installation.buildingId);
      const id = await insertInstallation(work.change, { ...installation, locationId }, work.by);
      return { subjectId: id, value: await installationHere(work, id) };
    });
  }

  placeInstallation(
    actor: PersonId,
    organisationId: string,
    installationId: string,
    buildingId: string | null,
  ): Promise<Installation> {
    return this.inBooks(actor, organisationId, 'installation-placed', null, async (work) => {
      const before = await installationOf(work, organisationId, installationId);
      await requireBuilding(work, before.locationId, buildingId);
      await placeInstallation(work.change, installationId, buildingId);
      return { subjectId: installationId, value: await installationHere(work, installationId) };
    });
  }

  async removeInstallation(actor: PersonId, organisationId: string, installationId: string): Promise<void> {
    await this.inBooks(actor, organisationId, 'installation-removed', null, async (work) => {
      const value = await installationOf(work, organisationId, installationId);
      if (!(await removeInstallation(work.change, installationId))) throw problem('still-in-use');
      return { subjectId: installationId, value };
    });
  }

  describeInstallation(
    actor: PersonId,
    installationId: string,
    words: Pick<Installation, 'name' | 'description'>,
  ): Promise<Installation> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRightOn(work, 'work', atInstallation(installationId));
      const { locationId } = await installationHere(work, installationId);
      await describeInstallation(work.change, installationId, words);
      const entry = { entitlement, locationId, subjectId: installationId, detail: { ...words } };
      await work.audit({ ...entry, action: 'installation-changed' });
      return installationHere(work, installationId);
    });
  }

  /**
   * The devices it consists of from now on. What lies in an installation is open to everybody it is shared with, so
   * nobody pulls a device in that he has no electrical right on by another way.
   */
  assignDevices(
    actor: PersonId,
    installationId: string,
    deviceIds: readonly string[],
  ): Promise<Installation> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRightOn(work, 'electrical', atInstallation(installationId));
      const before = await installationHere(work, installationId);
      const added = deviceIds.filter((id) => !before.deviceIds.includes(id));
      const removed = before.deviceIds.filter((id) => !deviceIds.includes(id));
      const known = await devicesAt(work.client, before.locationId, added);
      if (added.some((id) => !known.includes(id))) throw problem('unknown-device');
      for (const id of added) {
        if (!(await mayRewire(work, id))) throw problem('unknown-device');
      }
      for (const id of new Set(added)) await assignDevice(work.change, id, installationId);
      for (const id of removed) await assignDevice(work.change, id, null);
      if (added.length > 0 || removed.length > 0) {
        await work.audit({
          action: 'installation-devices-changed',
          entitlement,
          locationId: before.locationId,
          subjectId: installationId,
          detail: { added, removed },
        });
      }
      return installationHere(work, installationId);
    });
  }

  /** A change in the books, by a member who may, with its audit entry. @param locationId checked first when it is given */
  private inBooks<Value extends { readonly locationId: string; readonly name: string }>(
    actor: PersonId,
    organisationId: string,
    action: string,
    locationId: string | null,
    change: (work: Work) => Promise<{ readonly subjectId: string; readonly value: Value }>,
  ): Promise<Value> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-customers', organisationId);
      if (locationId !== null) await installedLocation(work.client, organisationId, locationId);
      const { subjectId, value } = await change(work);
      const place = { organisationId, locationId: value.locationId };
      await work.audit({ action, entitlement, ...place, subjectId, detail: { name: value.name } });
      return value;
    });
  }
}

async function mayRewire(work: Work, deviceId: string): Promise<boolean> {
  const device = atDevice(deviceId);
  const facts = await readFactsAround(work.client, work.actor, device);
  return decide(facts, work.actor, 'electrical', device, work.now).allowed;
}

async function buildingOf(work: Work, organisationId: string, buildingId: string): Promise<Building> {
  const building = await buildingById(work.client, buildingId);
  if (!building) throw problem('not-found');
  await installedLocation(work.client, organisationId, building.locationId);
  return building;
}

async function installationOf(
  work: Work,
  organisationId: string,
  installationId: string,
): Promise<Installation> {
  const installation = await installationHere(work, installationId);
  await installedLocation(work.client, organisationId, installation.locationId);
  return installation;
}

async function installationHere(work: Work, installationId: string): Promise<Installation> {
  const installation = await installationById(work.client, installationId);
  if (!installation) throw problem('not-found');
  return installation;
}

async function requireBuilding(work: Work, locationId: string, buildingId: string | null): Promise<void> {
  if (buildingId === null) return;
  const building = await buildingById(work.client, buildingId);
  if (building?.locationId !== locationId) throw problem('unknown-building');
}
