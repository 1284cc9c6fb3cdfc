import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A new device credential: 160 random bits, hexadecimal, 40 characters (the longest OCPP 1.6 AuthorizationKey).
 * Only generated secrets are accepted anywhere, so a salted fast hash is enough and a reconnect storm stays affordable.
 */
export const generateDeviceSecret = (): string => randomBytes(20).toString('hex');

/** `sha256$salt$digest`, what the database keeps. */
export function hashDeviceSecret(secret: string): string {
  const salt = randomBytes(16).toString('hex');
  return `sha256$${salt}$${digest(salt, secret).toString('hex')}`;
}

/** True when `secret` is the one that was hashed; takes the same time for every wrong one. */
export function verifyDeviceSecret(secret: string, hash: string | null): boolean {
  const [scheme, salt, expected] = (hash ?? '').split('$');
  const known = scheme === 'sha256' && salt !== undefined && expected !== undefined;
  const actual = digest(salt ?? '', secret);
  return timingSafeEqual(actual, known ? Buffer.from(expected, 'hex') : digest('', `not ${secret}`)) && known;
}

const digest = (salt: string, secret: string): Buffer =>
  createHash('sha256').update(salt).update(secret).digest();
