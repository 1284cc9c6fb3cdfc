import type { CallRefusal } from '#libs/protocols/ocppj/call-error.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';

/** A call whose payload its schema has proven. */
export interface InboundCall<Request> {
  readonly device: RegisteredDevice;
  readonly receivedAt: number;
  readonly request: Request;
}

/**
 * An answer with a word for the house that must not travel faster than the answer: what it sets off may call the charger
 * back, and a charger that has not read our answer yet does not know the transaction that we speak of.
 */
export class AnswerFirst {
  constructor(
    readonly answer: object,
    readonly afterwards: () => Promise<void>,
  ) {}
}

/** Answers a call; what may not be lost is durable before it resolves. */
export type CallHandler<Request> = (call: InboundCall<Request>) => Promise<object | AnswerFirst>;

export type ActionTable = Readonly<Record<string, CallHandler<never>>>;

/** Thrown by a handler for a value the schema cannot judge. */
export class CallRefused extends Error {
  constructor(readonly refusal: CallRefusal) {
    super(refusal.description);
  }
}

/** Connector numbers travel through the house as 0-255; the schema allows any integer. */
export function requireConnector(connector: number): void {
  if (connector >= 0 && connector <= 255) return;
  throw new CallRefused({
    code: 'PropertyConstraintViolation',
    description: 'connectorId must be between 0 and 255',
  });
}
