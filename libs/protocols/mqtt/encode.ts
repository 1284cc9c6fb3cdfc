import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { EventAcknowledgedSchema } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Encoding } from './topics.js';

/** Tells a hub the highest sequence we hold without a gap before it; it sends everything above again. */
export function encodeEventAcknowledged(sequence: number, encoding: Encoding): Buffer {
  const message = create(EventAcknowledgedSchema, { sequence: BigInt(sequence) });
  return encoding === 'json'
    ? Buffer.from(toJsonString(EventAcknowledgedSchema, message))
    : Buffer.from(toBinary(EventAcknowledgedSchema, message));
}
