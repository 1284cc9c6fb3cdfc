import { Inject, Injectable } from '@nestjs/common';
import { minuteOfDay, wallClockAt } from '#libs/allocation/modes/local-time.js';
import type { Principal } from '#libs/gate/gate.js';
import { isWindowOpen, planCampaign, type PlannedDevice } from '#libs/devices/firmware-campaign.js';
import {
  isFinal,
  stepUpdate,
  type FirmwareUpdate,
  type UpdateEvent,
  type UpdateTerms,
} from '#libs/devices/firmware-update.js';
import { presence } from '#libs/devices/presence.js';
import { POOL } from '#libs/platform/tokens.js';
import {
  campaignDevices,
  firmwareEvents,
  offeredCommand,
  storeProgress,
  type CampaignDevice,
  type FirmwareEvent,
} from '#libs/store/campaign-devices.js';
import { campaignById, setCampaignState, type StoredCampaignRules } from '#libs/store/firmware-campaigns.js';
import { firmwareImageById } from '#libs/store/firmware-images.js';
import type { Pool } from '#libs/store/pool.js';
import { personId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { FirmwareOffers } from './firmware-offers.js';

/** A campaign's device, and how far its update is by now. */
interface Turn {
  readonly device: CampaignDevice;
  update: FirmwareUpdate;
  eventId: number;
  commandId: string | null;
}

/** One round of a campaign: takes in what devices told, judges who is late, and offers the image to whose turn it is. */
@Injectable()
export class CampaignRound {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(FirmwareOffers) private readonly offers: FirmwareOffers,
  ) {}

  async play(campaignId: string, now: EpochMilliseconds): Promise<void> {
    const campaign = await campaignById(this.pool, campaignId);
    const image = campaign && (await firmwareImageById(this.pool, campaign.imageId));
    if (!campaign || !image) return;
    const { rules } = campaign;
    const terms: UpdateTerms = {
      version: image.version,
      retries: rules.retries,
      retryPause_ms: rules.retryPause_s * 1_000,
    };
    const turns = (await campaignDevices(this.pool, campaignId, 0, null)).map(turnOf);
    await this.adopt(campaignId, turns, terms, now);
    await this.takeIn(campaignId, turns, terms, now);
    if (campaign.state !== 'running' || campaign.startedBy === null) return;

    const plan = planCampaign(
      { ...rules, offlinePatience_ms: rules.offlinePatience_s * 1_000 },
      turns.map((turn) => planned(turn, rules, now)),
      { now, startedAt: campaign.startedAt?.getTime() ?? now, forgiven: campaign.forgiven },
    );
    if (plan.isComplete) {
      await setCampaignState(this.pool, campaign, 'completed', new Date(now));
      return;
    }
    if (plan.halts) {
      await setCampaignState(this.pool, campaign, 'halted', new Date(now));
      return;
    }
    const byId = new Map(turns.map((turn) => [turn.device.deviceId, turn]));
    for (const deviceId of plan.outOfReach) {
      const turn = byId.get(deviceId);
      if (turn)
        await this.apply(campaignId, turn, [{ type: 'skipped', reason: 'out-of-reach', at: now }], terms);
    }
    const principal: Principal = { personId: personId(campaign.startedBy) };
    for (const deviceId of plan.offer) {
      const turn = byId.get(deviceId);
      const offer = turn && (await this.offers.make(campaignId, turn.device, image, principal, now));
      if (!turn || !offer) continue;
      await this.apply(campaignId, turn, [offer.event], terms, offer);
    }
  }

  /** An offer of a round that died before it could note it is taken up, so that the device gets it once. */
  private async adopt(
    campaignId: string,
    turns: readonly Turn[],
    terms: UpdateTerms,
    now: number,
  ): Promise<void> {
    for (const turn of turns) {
      const { nextRequestId, eventId, state } = turn.device;
      if (nextRequestId === null || state !== 'waiting') continue;
      const commandId = await offeredCommand(this.pool, nextRequestId);
      if (commandId === null) continue;
      const offered: UpdateEvent = { type: 'offered', requestId: nextRequestId, at: now };
      await this.apply(campaignId, turn, [offered], terms, { commandId, eventId });
    }
  }

  /** What happened to each device since the last round, in the order it happened. */
  private async takeIn(
    campaignId: string,
    turns: readonly Turn[],
    terms: UpdateTerms,
    now: number,
  ): Promise<void> {
    const unfinished = turns.filter(({ update }) => !isFinal(update));
    const told = new Map<string, FirmwareEvent[]>();
    for (const event of await firmwareEvents(
      this.pool,
      unfinished.map(({ device }) => device),
    ))
      told.set(event.deviceId, [...(told.get(event.deviceId) ?? []), event]);
    for (const turn of unfinished) {
      const events = told.get(turn.device.deviceId) ?? [];
      turn.eventId = Math.max(turn.eventId, ...events.map(({ eventId }) => eventId));
      const steps = [...events.map(updateEvent), ...commandEvents(turn.device, now)].toSorted(
        (a, b) => a.at - b.at,
      );
      // A version that is there already needs no update, however it came.
      const running = turn.device.product?.firmwareVersion ?? null;
      if (turn.update.state === 'waiting' && running === terms.version)
        steps.push({ type: 'booted', firmwareVersion: running, at: now });
      await this.apply(campaignId, turn, [...steps, { type: 'time', at: now }], terms);
    }
  }

  private async apply(
    campaignId: string,
    turn: Turn,
    events: readonly UpdateEvent[],
    terms: UpdateTerms,
    offer: { readonly commandId: string | null; readonly eventId: number } | null = null,
  ): Promise<void> {
    const before = turn.update;
    turn.update = events.reduce((update, event) => stepUpdate(update, event, terms), before);
    turn.eventId = offer?.eventId ?? turn.eventId;
    turn.commandId = offer?.commandId ?? turn.commandId;
    if (turn.update === before && turn.eventId === turn.device.eventId) return;
    const { device, eventId } = turn;
    const { since, notBefore, ...progress } = turn.update;
    await storeProgress(
      this.pool,
      campaignId,
      {
        ...progress,
        deviceId: device.deviceId,
        since: new Date(since),
        notBefore: new Date(notBefore),
        eventId,
      },
      turn.commandId,
    );
  }
}

const turnOf = (device: CampaignDevice): Turn => ({
  device,
  eventId: device.eventId,
  commandId: device.commandId,
  update: {
    state: device.state,
    attempt: device.attempt,
    interruptions: device.interruptions,
    reason: device.reason,
    since: device.since.getTime(),
    notBefore: device.notBefore.getTime(),
    requestId: device.requestId,
  },
});

function planned(
  { device, update }: Turn,
  rules: StoredCampaignRules,
  now: EpochMilliseconds,
): PlannedDevice {
  const { deviceId, kind, lastHeardAt, connection, product, timeZone } = device;
  const here = presence({ kind, lastHeardAt, connection, product }, now) === 'online';
  return {
    deviceId,
    state: update.state,
    notBefore: update.notBefore,
    // What never said which product it is cannot be judged.
    isOnline: here && product !== null,
    isInWindow: isWindowOpen(rules.window, minuteOfDay(wallClockAt(timeZone, now))),
  };
}

const updateEvent = ({ type, detail, receivedAt }: FirmwareEvent): UpdateEvent => {
  const at = receivedAt.getTime();
  return type === 'booted'
    ? { type, firmwareVersion: detail.firmwareVersion ?? null, at }
    : { type: 'told', code: detail.code ?? '', requestId: detail.requestId ?? null, at };
};

function commandEvents({ commandState, commandEndedAt }: CampaignDevice, now: number): UpdateEvent[] {
  const at = commandEndedAt?.getTime() ?? now;
  switch (commandState) {
    case 'accepted':
      return [{ type: 'taken', at }];
    case 'rejected':
    case 'expired':
    case 'failed':
    case 'dropped':
      return [{ type: 'not-taken', why: commandState, at }];
    default:
      return [];
  }
}
