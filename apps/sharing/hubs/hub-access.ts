import { Inject, Injectable } from '@nestjs/common';
import {
  actionsOfCamera,
  requestAccess,
  stepRequest,
  stepSettings,
  type CameraPermission,
} from '#libs/entitlements/hub-access.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { problem } from '#libs/platform/http/problems.js';
import { insertGrant, unlimited, wholeLocation } from '#libs/store/grants.js';
import {
  accessRequestById,
  answerAccessRequest,
  guardiansOf,
  insertAccessRequest,
  professionalsAt,
  sameProfessional,
  type AccessRequestRow,
  type Professional,
} from '#libs/store/hub-access.js';
import { queueMail } from '#libs/store/mail-queue.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { after, milliseconds } from '#libs/units/quantities.js';
import { Changes, requireOrganisationRight, requireRight, type Work } from '../changes.js';
import { giveSettings } from './settle.js';

export type AccessWish = {
  /** The company it is for; null: for the person. */
  readonly organisationId: string | null;
  readonly language: string;
} & (
  | { readonly kind: 'settings'; readonly duration_h: 1 | 2 | 4 | 8 | null }
  | {
      readonly kind: 'cameras';
      readonly duration_h: 1 | 2 | 4 | 8;
      readonly cameras: readonly string[];
      readonly permissions: readonly CameraPermission[];
    }
);

/** What professionals ask of the administrators of a hub, and what becomes of it (AJ-39, AJ-42). */
@Injectable()
export class HubAccess {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  request(actor: PersonId, locationId: string, wish: AccessWish): Promise<AccessRequestRow> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRight(work, 'telemetry', locationId);
      const who = {
        personId: wish.organisationId === null ? actor : null,
        organisationId: wish.organisationId,
      };
      if (wish.organisationId !== null) {
        await requireOrganisationRight(work, 'see-organisation', wish.organisationId);
      }
      const professional = await professionalOf(work, locationId, who);
      // Who was never admitted, or owns the hub, has nobody to ask.
      if (!professional?.standingGrantId) throw problem('forbidden');
      const cameras = wish.kind === 'cameras' ? wish : { cameras: [], permissions: [] };
      const requestId = await insertAccessRequest(
        work.client,
        {
          ...requestAccess(work.now),
          ...who,
          locationId,
          kind: wish.kind,
          duration_h: wish.duration_h,
          cameras: [...new Set(cameras.cameras)],
          permissions: [...new Set(cameras.permissions)],
          language: wish.language,
        },
        work.by,
      );
      for (const { email } of await guardiansOf(work.client, locationId, work.by.at)) {
        const mail = { recipient: email, subjectId: requestId, language: wish.language, link: null };
        await queueMail(work.client, { template: 'hub-access-request', ...mail }, work.by.at);
      }
      await work.audit({
        action: 'hub-access-requested',
        entitlement,
        locationId,
        subjectId: requestId,
        detail: { kind: wish.kind, duration_h: wish.duration_h, ...cameraDetail(cameras) },
      });
      return found(await accessRequestById(work.client, requestId));
    });
  }

  /** AJ-39: applied in this transaction, so that the next request of the professional passes. */
  async approve(actor: PersonId, locationId: string, requestId: string): Promise<AccessRequestRow> {
    const row = await this.changes.run(actor, async (work) => {
      const { request, entitlement } = await this.answer(work, locationId, requestId, 'approve');
      const professional = await professionalOf(work, locationId, request);
      if (!professional?.standingGrantId) throw problem('request-answered');
      const grantId =
        request.kind === 'settings'
          ? await this.openSettings(work, request)
          : await this.openCameras(work, request);
      await answerAccessRequest(work.client, requestId, 'approved', grantId, work.by);
      await work.audit({
        action: 'hub-access-approved',
        entitlement,
        locationId,
        subjectId: requestId,
        detail: { grantId, kind: request.kind, duration_h: request.duration_h, ...cameraDetail(request) },
      });
      return found(await accessRequestById(work.client, requestId));
    });
    await this.changes.announce(locationId);
    return row;
  }

  decline(actor: PersonId, locationId: string, requestId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await this.answer(work, locationId, requestId, 'decline');
      await answerAccessRequest(work.client, requestId, 'declined', null, work.by);
      await work.audit({ action: 'hub-access-declined', entitlement, locationId, subjectId: requestId });
    });
  }

  withdraw(actor: PersonId, locationId: string, requestId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRight(work, 'telemetry', locationId);
      const request = await accessRequestById(work.client, requestId);
      if (request?.locationId !== locationId || request.createdBy !== actor) throw problem('not-found');
      if (!stepRequest(request, 'withdraw', work.now).ok) throw problem('request-answered');
      await answerAccessRequest(work.client, requestId, 'withdrawn', null, work.by);
      await work.audit({ action: 'hub-access-withdrawn', entitlement, locationId, subjectId: requestId });
    });
  }

  /** AJ-42: the settings open to a professional at these times of the week, until somebody changes it. */
  async schedule(actor: PersonId, locationId: string, grantId: string, hours: WeeklyHours): Promise<void> {
    await this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRight(work, 'share', locationId);
      const professional = (await professionalsAt(work.client, locationId)).find(
        ({ standingGrantId, settingsGrantId }) => standingGrantId === grantId || settingsGrantId === grantId,
      );
      if (!professional) throw problem('not-found');
      const next = stepSettings(professional.settings, { type: 'scheduled', hours }, work.now);
      if (!next.ok) throw problem('invalid-request');
      const given = await giveSettings(work, locationId, professional, next.value, work.by);
      await work.audit({
        action: 'hub-access-scheduled',
        entitlement,
        locationId,
        subjectId: given ?? grantId,
        detail: { hours },
      });
    });
    await this.changes.announce(locationId);
  }

  private async answer(
    work: Work,
    locationId: string,
    requestId: string,
    event: 'approve' | 'decline',
  ): Promise<{ readonly request: AccessRequestRow; readonly entitlement: string }> {
    const { entitlement } = await requireRight(work, 'share', locationId);
    const request = await accessRequestById(work.client, requestId);
    if (request?.locationId !== locationId) throw problem('not-found');
    if (!stepRequest(request, event, work.now).ok) throw problem('request-answered');
    return { request, entitlement };
  }

  private async openSettings(work: Work, request: AccessRequestRow): Promise<string | null> {
    const duration = request.duration_h ?? 'permanent';
    const next = stepSettings({ until: 'never', hours: null }, { type: 'approved', duration }, work.now);
    return next.ok ? giveSettings(work, request.locationId, request, next.value, work.by) : null;
  }

  private openCameras(work: Work, request: AccessRequestRow): Promise<string> {
    const { personId, organisationId, permissions, duration_h } = request;
    return insertGrant(
      work.change,
      {
        ...unlimited,
        place: wholeLocation(request.locationId),
        personId,
        organisationId,
        role: 'professional',
        actions: [...new Set(permissions.flatMap((permission) => actionsOfCamera[permission]))],
        expiresAt: new Date(after(work.now, milliseconds((duration_h ?? 1) * 3_600_000))),
      },
      work.by,
    );
  }
}

const professionalOf = async ({ client }: Work, locationId: string, who: Professional) =>
  (await professionalsAt(client, locationId)).find((each) => sameProfessional(each, who));

const cameraDetail = ({
  cameras,
  permissions,
}: Pick<AccessRequestRow, 'cameras' | 'permissions'>): Partial<AccessRequestRow> =>
  cameras.length === 0 ? {} : { cameras, permissions };

function found<Row>(row: Row | null): Row {
  if (row === null) throw problem('not-found');
  return row;
}
