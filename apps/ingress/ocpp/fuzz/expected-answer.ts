import type { OcppVersion } from '#libs/protocols/ocppj/version.js';

/** What the standards say a central system owes the sender of a message. */
export type Expected =
  /** A call: one answer, a result by this action's schema or an error. */
  | { readonly kind: 'answer'; readonly id: string; readonly action: string }
  /** It can be told that something is wrong, and nothing else. */
  | { readonly kind: 'error'; readonly id: string }
  | { readonly kind: 'silence' };

const silence = { kind: 'silence' } as const;

/** OCPP 1.6J 4.2, OCPP 2.0.1 part 4, 4.2.3: read again here, apart from the edge's own reader. */
export function expectedAnswer(version: OcppVersion, text: string): Expected {
  const unreadable: Expected = version === 'ocpp1.6' ? silence : { kind: 'error', id: '-1' };
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return unreadable;
  }
  if (!Array.isArray(message)) return unreadable;
  const [type, id, action] = message as unknown[];
  if (typeof id !== 'string' || id.length < 1 || id.length > 36) return unreadable;
  if (type === 2 && message.length === 4 && typeof action === 'string') return { kind: 'answer', id, action };
  if (type === 2) return { kind: 'error', id };
  if (type === 3 && message.length === 3) return silence;
  if (type === 4 && message.length > 2 && message.length < 6) return silence;
  return unreadable;
}

const shared = ['NotImplemented', 'NotSupported', 'ProtocolError', 'SecurityError', 'GenericError'];
const sharedViolations = ['PropertyConstraintViolation', 'TypeConstraintViolation'];

/** OCPP 1.6J 4.2.3 and OCPP 2.0.1 part 4, 4.3. InternalError is left out on purpose: no message may break the edge. */
export const errorCodes: Readonly<Record<OcppVersion, ReadonlySet<string>>> = {
  'ocpp1.6': new Set([...shared, ...sharedViolations, 'FormationViolation', 'OccurenceConstraintViolation']),
  'ocpp2.0.1': new Set([
    ...shared,
    ...sharedViolations,
    'FormatViolation',
    'OccurrenceConstraintViolation',
    'MessageTypeNotSupported',
    'RpcFrameworkError',
  ]),
  'ocpp2.1': new Set([
    ...shared,
    ...sharedViolations,
    'FormatViolation',
    'OccurrenceConstraintViolation',
    'MessageTypeNotSupported',
    'RpcFrameworkError',
  ]),
};
