import { Inject, Injectable } from '@nestjs/common';
import type { CommandRequest } from '#libs/contracts/command.js';
import type { UpdateEvent } from '#libs/devices/firmware-update.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { prepareOffer, type CampaignDevice } from '#libs/store/campaign-devices.js';
import type { FirmwareImage } from '#libs/store/firmware-images.js';
import type { Pool } from '#libs/store/pool.js';
import { addressOf } from './firmware-controller.js';
import { PublicAddress } from './public-address.js';

/** A device is offered the image only while it is there; what it has not taken by then waits for its next turn. */
const offerTimeout_ms = 600_000;

export interface Offer {
  readonly event: UpdateEvent;
  readonly commandId: string | null;
  /** What the device told up to here belongs to earlier offers. */
  readonly eventId: number;
}

/** Offers an image to a device in the name of a person; the right is checked when its turn comes, and again before the wire. */
@Injectable()
export class FirmwareOffers {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {}

  /** Null: not now; its turn comes again. */
  async make(
    campaignId: string,
    device: CampaignDevice,
    image: FirmwareImage,
    principal: Principal,
    now: number,
  ): Promise<Offer | null> {
    const skipped = (reason: string): Offer => ({
      event: { type: 'skipped', reason, at: now },
      commandId: device.commandId,
      eventId: device.eventId,
    });
    if (!isMeantFor(image, device)) return skipped('wrong-model');
    const location = addressOf(image, this.address.base());
    const { sha256, size_bytes } = image;
    if (location === null || sha256 === null || size_bytes === null) return null;

    const prepared = await prepareOffer(this.pool, campaignId, device.deviceId);
    if (prepared === null) return null;
    const { requestId, eventId } = prepared;
    const request: CommandRequest = {
      action: 'update-firmware',
      requestId,
      location,
      version: image.version,
      sha256,
      size_bytes,
      signed:
        image.signingCertificate === null || image.signature === null
          ? null
          : { signingCertificate: image.signingCertificate, signature: image.signature },
      retrieveAt: new Date(now).toISOString(),
      installAt: null,
    };
    const admitted = await this.gate.admit(principal, {
      deviceId: device.deviceId,
      request,
      timeout_ms: offerTimeout_ms,
    });
    if (admitted.ok)
      return { event: { type: 'offered', requestId, at: now }, commandId: admitted.value.commandId, eventId };
    if (admitted.error === 'entitlements-stale') return null;
    const gone = admitted.error === 'not-found' || admitted.error === 'forbidden';
    return skipped(gone ? 'right-gone' : admitted.error);
  }
}

/** Words of products are compared without case: vendors write their own names in several ways. */
function isMeantFor({ kind, vendor, model }: FirmwareImage, device: CampaignDevice): boolean {
  const same = (wanted: string | null, found: string | undefined): boolean =>
    wanted === null || wanted.toLowerCase() === found?.toLowerCase();
  return kind === device.kind && same(vendor, device.product?.vendor) && same(model, device.product?.model);
}
