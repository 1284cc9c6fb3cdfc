import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Sticker } from '#libs/contracts/claim-text.js';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';

/**
 * T1: a PIN is short, so what the database keeps is keyed: whoever reads the tables without the key of our processes
 * cannot try PINs at home. The serial is hashed with it, so equal PINs do not show.
 */
@Injectable()
export class FactoryPins {
  private readonly key: Buffer;

  constructor(@Inject(HTTP_CONFIG) { identity }: HttpConfig) {
    this.key = Buffer.from(hkdfSync('sha256', identity.secret, 'busbar factory', 'hash PINs', 32));
  }

  hashOf({ serial, pin }: Sticker): Buffer {
    return createHmac('sha256', this.key).update(`${serial}\0${pin}`).digest();
  }

  /** Null: there is no such serial; it takes the same time. */
  matches(sticker: Sticker, pinHash: Buffer | null): boolean {
    const given = this.hashOf(sticker);
    return timingSafeEqual(given, pinHash ?? this.key) && pinHash !== null;
  }
}
