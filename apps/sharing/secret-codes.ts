import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';

/** Crockford's base32: no I, L, O, U, so that a code survives being read aloud. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeBytes = 10;

type Purpose = 'invitation' | 'organisation key' | 'customer portal' | 'installation token';

/**
 * T1: codes of 80 bits, 16 characters. A code follows from what it belongs to and a key that only our processes have, so
 * that it can be shown again and mailed late, while the database holds nothing but its keyed hash.
 */
@Injectable()
export class SecretCodes {
  private readonly deriving: Buffer;
  private readonly hashing: Buffer;

  constructor(@Inject(HTTP_CONFIG) { identity }: HttpConfig) {
    const key = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', identity.secret, 'busbar sharing', purpose, 32));
    this.deriving = key('derive codes');
    this.hashing = key('hash codes');
  }

  /** The code of this invitation or organisation, e.g. 7ZQK-M2XF-0RTB-91CD. */
  codeOf(purpose: Purpose, id: string, version: number): string {
    const bits = createHmac('sha256', this.deriving).update(`${purpose}\0${id}\0${version}`).digest();
    return group(base32(bits.subarray(0, codeBytes)));
  }

  /** What the database keeps of it. The same however people type it. */
  hashOf(purpose: Purpose, code: string): Buffer {
    return createHmac('sha256', this.hashing)
      .update(`${purpose}\0${normalise(code)}`)
      .digest();
  }
}

function base32(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let index = 0; index < (bytes.length * 8) / 5; index++) {
    text = `${alphabet[Number(value & 31n)]}${text}`;
    value >>= 5n;
  }
  return text;
}

const group = (code: string): string => code.match(/.{4}/g)?.join('-') ?? code;

/** Crockford's reading: case, hyphens and spaces do not matter; O is 0, I and L are 1. */
const normalise = (code: string): string =>
  code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
