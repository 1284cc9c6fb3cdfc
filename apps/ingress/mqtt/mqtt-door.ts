import { isTopicLevel } from '#libs/protocols/mqtt/topics.js';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { authenticate, type ProvenCertificate } from '../ocpp/admission.js';

/** What a CONNECT packet and its connection say of who is at the door. */
export interface MqttVisitor {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  readonly encrypted: boolean;
  /** One that our authority vouches for. */
  readonly certificate: ProvenCertificate | null;
}

export type MqttRefusal = 'auth' | 'security-profile';

type DoorRegistry = Pick<DeviceRegistry, 'certificateRevoked' | 'find' | 'takeNextSecret'>;

const kinds = ['balancer', 'hub'] as const;

/**
 * The device, when it proves at least what its security profile asks and never less: 1 its password, 2 its password over
 * TLS, 3 its own certificate, whose common name is its identity. With a certificate no password is asked for.
 */
export async function proveMqtt(
  registry: DoorRegistry,
  visitor: MqttVisitor,
): Promise<Result<RegisteredDevice, MqttRefusal>> {
  const { clientId: identity, username, password, certificate } = visitor;
  if (!isTopicLevel(identity) || identity.includes('\u0000')) return fail('auth');
  if (certificate?.commonName === identity && (username === undefined || username === identity)) {
    const device = await registry.find(identity);
    const good =
      (device?.kind === 'balancer' || device?.kind === 'hub') &&
      !(await registry.certificateRevoked(device.deviceId, certificate.serialNumber));
    if (good) return ok(device);
  }
  if (username !== identity) return fail('auth');
  const device = await authenticate(registry, identity, password ?? null, kinds);
  if (!device) return fail('auth');
  if (device.securityProfile === 3) return fail('security-profile');
  if (device.securityProfile === 2 && !visitor.encrypted) return fail('security-profile');
  return ok(device);
}
