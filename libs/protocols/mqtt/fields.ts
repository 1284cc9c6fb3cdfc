import { fromBinary, fromJsonString, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { PerPhase as WirePerPhase } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { Encoding } from './topics.js';

/** Readers of single fields. Each throws what is wrong and never repeats it; the caller makes a refusal of it. */

export const read = <Schema extends DescMessage>(
  schema: Schema,
  payload: Uint8Array,
  encoding: Encoding,
): MessageShape<Schema> =>
  encoding === 'json'
    ? fromJsonString(schema, new TextDecoder('utf-8', { fatal: true }).decode(payload))
    : fromBinary(schema, payload);

export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error('not a finite number');
  return value;
}

export const optional = (value: number | undefined): number | null =>
  value === undefined ? null : finite(value);

export const triple = (value: WirePerPhase): PerPhase => [
  finite(value.l1),
  finite(value.l2),
  finite(value.l3),
];

/** PostgreSQL cannot keep NUL or half a surrogate pair. */
export const text = (value: string): string =>
  value.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd');

export const optionalText = (value: string | undefined): string | null =>
  value === undefined ? null : text(value);

export function count(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('a number is out of range');
  return Number(value);
}

/** The range of a JavaScript date; beyond it the clock is noise, as good as absent. */
export function time(value: bigint): number | null {
  const limit = 8_640_000_000_000_000n;
  return value > limit || value < -limit ? null : Number(value);
}

/** The word for a value of a protobuf enum; throws for the unspecified one and for those we do not know. */
export function named<Name extends string>(
  names: Readonly<Record<number, Name | null>>,
  value: number,
): Name {
  const name = names[value];
  if (!name) throw new Error('an enum is not set');
  return name;
}
