import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { problem } from '#libs/platform/http/problems.js';
import { POOL } from '#libs/platform/tokens.js';
import {
  completeFirmwareImage,
  firmwarePiece_bytes,
  insertFirmwarePiece,
  lockEmptyImage,
  type FirmwareImage,
} from '#libs/store/firmware-images.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import { SignatureCheck, signingKey } from './image-signature.js';

/** 64 MB: several times the largest image of a charger we know of. */
const largestImage_bytes = 67_108_864;

/** Keeps the bytes of images: all of them and verified, or none. */
@Injectable()
export class FirmwareImages {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async keep(image: FirmwareImage, body: Readable): Promise<void> {
    const { imageId, signature, signingCertificate } = image;
    const key = signingCertificate === null ? null : signingKey(signingCertificate);
    const check = key && new SignatureCheck(key);
    await inTransaction(this.pool, async (client) => {
      if (!(await lockEmptyImage(client, imageId))) throw problem('image-complete');
      const hash = createHash('sha256');
      let size_bytes = 0;
      let number = 0;
      for await (const piece of pieces(body)) {
        size_bytes += piece.length;
        if (size_bytes > largestImage_bytes) throw problem('image-too-large');
        hash.update(piece);
        check?.take(piece);
        await insertFirmwarePiece(client, imageId, number++, piece);
      }
      if (size_bytes === 0) throw problem('image-empty');
      if (signature !== null && !check?.fits(signature)) throw problem('signature-does-not-fit');
      await completeFirmwareImage(client, imageId, size_bytes, hash.digest('hex'));
    });
  }
}

/** The bytes of a stream in pieces of one size, the last one shorter. */
async function* pieces(body: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    held.push(chunk);
    length += chunk.length;
    if (length < firmwarePiece_bytes) continue;
    const all = Buffer.concat(held);
    let at = 0;
    for (; at + firmwarePiece_bytes <= length; at += firmwarePiece_bytes)
      yield all.subarray(at, at + firmwarePiece_bytes);
    held = [all.subarray(at)];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(held);
}
