import type { IncomingMessage } from 'node:http';
import type { DeviceKind } from '#libs/contracts/observation.js';
import { verifyDeviceSecret } from '#libs/store/device-secret.js';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { HttpRefusalCode } from '../refusals.js';
import { isSpoken, type SpokenVersion } from './dialect.js';

/** OCPP 1.6J 3.1.1 leaves the length open; 48 is what OCPP 2.0.1 allows, and more than any vendor uses. */
const identityLimit = 48;

const prefix = '/ocpp/';

/** The identity in `/ocpp/{identity}`; percent-encoding is legal, malformed percent-encoding is not a crash. */
export function identityOf(url: string): Result<string, HttpRefusalCode> {
  const path = url.split('?', 1)[0] ?? '';
  if (!path.startsWith(prefix)) return fail('unknown-path');
  const segment = path.slice(prefix.length);
  if (segment === '' || segment.includes('/')) return fail('unknown-path');
  let identity: string;
  try {
    identity = decodeURIComponent(segment);
  } catch {
    return fail('bad-identity');
  }
  if ([...identity].length > identityLimit || /\p{Control}/u.test(identity)) return fail('bad-identity');
  return ok(identity);
}

/** The first of the offered subprotocols that is spoken here: the charger lists them by its preference (RFC 6455 4.1). */
export const negotiate = (header: string | undefined): SpokenVersion | undefined =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .find(isSpoken);

export function subprotocolRefusal(header: string | undefined): HttpRefusalCode | null {
  if (header === undefined || header.trim() === '') return 'subprotocol-missing';
  return negotiate(header) ? null : 'subprotocol-unknown';
}

/** RFC 6455 4.2.1, except for what the WebSocket library is asked for by the upgrade event itself. */
export const isHandshake = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
  (headers['sec-websocket-version'] === '13' || headers['sec-websocket-version'] === '8') &&
  namesEachOnce(headers['sec-websocket-protocol'] ?? '');

/** RFC 6455 4.1: a subprotocol that is offered twice breaks the handshake. */
function namesEachOnce(offered: string): boolean {
  const names = offered.split(',').map((name) => name.trim());
  return new Set(names).size === names.length;
}

/** The password of HTTP basic authentication whose user name is `identity` (OCPP 1.6J 6.2); null when it is not that. */
export function passwordOf(authorization: string | undefined, identity: string): Buffer | null {
  const match = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '');
  if (!match?.[1]) return null;
  const credentials = Buffer.from(match[1], 'base64');
  // Compared as a whole prefix, so that identities with a colon work although RFC 7617 frowns at them.
  const user = Buffer.from(`${identity}:`);
  return credentials.subarray(0, user.length).equals(user) ? credentials.subarray(user.length) : null;
}

/**
 * True when the password is the device's secret. OCPP 1.6 Security Whitepaper: the key is configured in hexadecimal but
 * may be sent as its raw 20 bytes.
 */
export function passwordMatches(password: Buffer, secretHash: string | null): boolean {
  const text = password.length === 20 ? password.toString('hex') : password.toString('utf8');
  return verifyDeviceSecret(text, secretHash);
}

/**
 * Who is at the door, or null. Unknown, wrong and not-allowed look and last the same. During a rotation the old and the new
 * credential both open it; the first use of the new one ends the old.
 */
export async function authenticate(
  registry: Pick<DeviceRegistry, 'find' | 'takeNextSecret'>,
  identity: string,
  password: Buffer | null,
  kinds: readonly DeviceKind[],
): Promise<RegisteredDevice | null> {
  const device = await registry.find(identity);
  const given = password ?? Buffer.alloc(0);
  const matches = passwordMatches(given, device?.secretHash ?? null);
  const matchesNext = passwordMatches(given, device?.nextSecretHash ?? null);
  if (!device || !(matches || matchesNext) || !kinds.includes(device.kind)) return null;
  if (!matchesNext) return device;
  await registry.takeNextSecret(device.deviceId);
  return { ...device, bootstrapCredential: false };
}

/** A client certificate that one of the authority's roots vouches for. */
export interface ProvenCertificate {
  readonly commonName: string;
  /** Hexadecimal, lower case. */
  readonly serialNumber: string;
}

/** What the door looks at. */
export interface Visitor extends Pick<IncomingMessage, 'url' | 'headers'> {
  readonly encrypted: boolean;
  readonly certificate: ProvenCertificate | null;
}

export interface DoorPolicy {
  /** Security profile 0: stations without any credential, in laboratories. */
  readonly admitsWithoutCredential: boolean;
}

export type Admission = Result<
  { readonly device: RegisteredDevice; readonly version: SpokenVersion },
  HttpRefusalCode
>;

type DoorRegistry = Pick<DeviceRegistry, 'certificateRevoked' | 'find' | 'takeNextSecret'>;

/** Everything that is asked before the WebSocket opens (OCPP 1.6 Security Whitepaper 2, OCPP 2.0.1 A00). */
export async function admit(
  registry: DoorRegistry,
  policy: DoorPolicy,
  visitor: Visitor,
): Promise<Admission> {
  const identity = identityOf(visitor.url ?? '');
  if (!identity.ok) return identity;
  const offered = visitor.headers['sec-websocket-protocol'];
  const version = negotiate(offered);
  if (!version) return fail(subprotocolRefusal(offered) ?? 'subprotocol-unknown');
  try {
    const device = await prove(registry, policy, identity.value, visitor);
    return device.ok ? ok({ device: device.value, version }) : device;
  } catch {
    return fail('unavailable');
  }
}

/** The device, when it proves at least what its security profile asks; never less (no silent downgrade). */
async function prove(
  registry: DoorRegistry,
  policy: DoorPolicy,
  identity: string,
  visitor: Visitor,
): Promise<Result<RegisteredDevice, HttpRefusalCode>> {
  if (visitor.certificate?.commonName === identity) {
    const device = await registry.find(identity);
    const good =
      device?.kind === 'charger' &&
      !(await registry.certificateRevoked(device.deviceId, visitor.certificate.serialNumber));
    if (good) return ok(device);
  }
  const { authorization } = visitor.headers;
  if (authorization === undefined && policy.admitsWithoutCredential) {
    const device = await registry.find(identity);
    if (device?.kind === 'charger' && device.securityProfile === 0) return ok(device);
  }
  const device = await authenticate(registry, identity, passwordOf(authorization, identity), ['charger']);
  if (!device) return fail('auth');
  // Told only to a station that knows its password.
  if (device.securityProfile === 3) return fail('certificate-required');
  if (device.securityProfile === 2 && !visitor.encrypted) return fail('encryption-required');
  return ok(device);
}
