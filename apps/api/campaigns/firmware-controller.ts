import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { firmwareRoutes as routes } from '#libs/contracts/http/firmware-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest, StreamAnswer } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import {
  deleteFirmwareImage,
  firmwareImageById,
  firmwareImagesOf,
  insertFirmwareImage,
  readFirmware,
  type FirmwareImage,
} from '#libs/store/firmware-images.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { byteRange } from './byte-range.js';
import { FirmwareImages } from './firmware-images.js';
import { signingKey } from './image-signature.js';
import { PublicAddress } from './public-address.js';

/** Where a device fetches an image; null while nobody outside could. */
export const addressOf = (image: FirmwareImage, base: string | null): string | null =>
  image.url ?? (base === null ? null : `${base}/v1/firmware/${image.imageId}/${image.token}`);

@Controller()
export class FirmwareController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FirmwareImages) private readonly images: FirmwareImages,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {}

  @Route(routes.createFirmwareImage)
  async create({ person, params, body }: RouteRequest<typeof routes.createFirmwareImage>) {
    const { reference, signed, ...whatItIsFor } = body;
    if (signed && signingKey(signed.signingCertificate) === null) throw problem('unusable-certificate');
    const image: FirmwareImage = {
      imageId: randomUUID(),
      organisationId: params.organisationId,
      ...whatItIsFor,
      url: reference?.url ?? null,
      token: randomBytes(24).toString('base64url'),
      size_bytes: reference?.size_bytes ?? null,
      sha256: reference?.sha256 ?? null,
      signingCertificate: signed?.signingCertificate ?? null,
      signature: signed?.signature ?? null,
      createdAt: new Date(this.clock.now()),
      createdBy: person.personId,
    };
    await insertFirmwareImage(this.pool, image);
    return this.view(image);
  }

  @Route(routes.uploadFirmwareImage)
  async upload({ params, body }: RouteRequest<typeof routes.uploadFirmwareImage>) {
    await this.images.keep(await this.read(params), body);
    return this.view(await this.read(params));
  }

  @Route(routes.listFirmwareImages)
  async list({ params, query }: RouteRequest<typeof routes.listFirmwareImages>) {
    const after = decodeCursor('firmware-images', [z.number(), z.uuid()], query.cursor);
    const position = after && { createdAt: new Date(after[0]), imageId: after[1] };
    const rows = await firmwareImagesOf(this.pool, params.organisationId, position, query.limit + 1);
    return pageOf(
      rows,
      query.limit,
      (row) => this.view(row),
      (row) => encodeCursor('firmware-images', [row.createdAt.getTime(), row.imageId]),
    );
  }

  @Route(routes.getFirmwareImage)
  async get({ params }: RouteRequest<typeof routes.getFirmwareImage>) {
    return this.view(await this.read(params));
  }

  @Route(routes.deleteFirmwareImage)
  async delete({ params }: RouteRequest<typeof routes.deleteFirmwareImage>): Promise<void> {
    const { imageId } = await this.read(params);
    if (!(await deleteFirmwareImage(this.pool, imageId))) throw problem('still-in-use');
  }

  /** Devices have no session: who knows the address may fetch it. A wrong token and a missing image look the same. */
  @Route(routes.fetchFirmware)
  async fetch(request: RouteRequest<typeof routes.fetchFirmware>): Promise<StreamAnswer> {
    const { imageId, token } = request.params;
    const image = await firmwareImageById(this.pool, imageId);
    if (!image || image.url !== null || !isSame(image.token, token)) throw problem('not-found');
    const { size_bytes, sha256 } = image;
    if (size_bytes === null || sha256 === null) throw problem('not-found');
    const etag = `"${sha256}"`;
    // RFC 9110 13.1.5: a part of other bytes than the device has so far would make a broken image.
    const condition = request.header('if-range');
    const wanted = condition === null || condition === etag ? request.header('range') : null;
    const range = byteRange(wanted, size_bytes);
    const common = { 'accept-ranges': 'bytes', etag, 'content-type': 'application/octet-stream' };
    if (range === 'unsatisfiable') {
      return { status: 416, headers: { ...common, 'content-range': `bytes */${size_bytes}` }, body: null };
    }
    const { from, to } = range ?? { from: 0, to: size_bytes };
    return {
      status: range ? 206 : 200,
      headers: {
        ...common,
        'content-length': String(to - from),
        ...(range ? { 'content-range': `bytes ${from}-${to - 1}/${size_bytes}` } : {}),
      },
      body: Readable.from(readFirmware(this.pool, imageId, from, to), { objectMode: false }),
    };
  }

  private async read(params: { organisationId: string; imageId: string }): Promise<FirmwareImage> {
    const image = await firmwareImageById(this.pool, params.imageId);
    if (image?.organisationId !== params.organisationId) throw problem('not-found');
    return image;
  }

  private view(image: FirmwareImage): RouteAnswer<typeof routes.getFirmwareImage> {
    const { imageId, kind, vendor, model, version, size_bytes, sha256 } = image;
    return {
      imageId,
      kind,
      vendor,
      model,
      version,
      source: image.url === null ? 'upload' : 'reference',
      complete: size_bytes !== null,
      url: addressOf(image, this.address.base()),
      size_bytes,
      sha256,
      signed: image.signature !== null,
      createdAt: image.createdAt.toISOString(),
    };
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
