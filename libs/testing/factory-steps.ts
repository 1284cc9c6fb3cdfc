import { randomBytes } from 'node:crypto';
import type { Answer, Caller } from './http-world.js';

/** A device in its box: what its sticker says, and what its memory holds. */
export interface Boxed {
  readonly serial: string;
  readonly pin: string;
  readonly kind: 'charger' | 'balancer' | 'hub';
  readonly bootstrapSecret: string;
}

export const sendFactoryFile = (by: Caller, text: string): Promise<Answer> =>
  by.send('POST', '/v1/factory/devices', text, { 'content-type': 'text/csv' });

/** The operator tells of one new device; its credential is what the answer held. */
export async function manufacture(operator: Caller, kind: Boxed['kind']): Promise<Boxed> {
  const serial = `BB-${randomBytes(6).toString('hex').toUpperCase()}`;
  const pin = String(100_000_000 + (randomBytes(4).readUInt32BE() % 900_000_000));
  const file = `serial,pin,type,model\n${serial},${pin},${kind},Garage One\n`;
  const { bootstrapSecrets } = (await sendFactoryFile(operator, file)).as<{
    bootstrapSecrets: { serial: string; bootstrapSecret: string }[];
  }>(201);
  const [made] = bootstrapSecrets;
  if (!made) throw new Error('the answer held no bootstrap secret');
  return { serial, pin, kind, bootstrapSecret: made.bootstrapSecret };
}

export const claim = (
  by: Caller,
  locationId: string,
  { serial, pin }: { readonly serial: string; readonly pin: string },
): Promise<Answer> =>
  by.post(`/v1/locations/${locationId}/claims`, { serial, pin, name: `Claimed ${serial}` });
