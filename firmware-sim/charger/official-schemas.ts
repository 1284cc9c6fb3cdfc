import { createRequire } from 'node:module';
import { createRPCError, createValidator } from 'ocpp-rpc';
import type { Protocol } from './protocol.js';

interface Document {
  readonly $id: string;
}
interface Rulebook {
  readonly ids: ReadonlySet<string>;
  readonly validate: (id: string, payload: unknown) => void;
}

const load = createRequire(import.meta.url);
const files: Record<Protocol, string> = {
  'ocpp1.6': 'ocpp1_6',
  'ocpp2.0.1': 'ocpp2_0_1',
  'ocpp2.1': 'ocpp2_1',
};
const rulebooks = new Map<Protocol, Rulebook>();

function rulebook(protocol: Protocol): Rulebook {
  let found = rulebooks.get(protocol);
  if (!found) {
    const documents = load(`ocpp-rpc/lib/schemas/${files[protocol]}.json`) as Document[];
    const validator = createValidator(protocol, documents as never);
    const validate = (id: string, payload: unknown): void => void validator.validate(id, payload);
    found = { ids: new Set(documents.map(({ $id }) => $id)), validate };
    rulebooks.set(protocol, found);
  }
  return found;
}

/** The 2.1 edition names its schemas after the message, the older ones end in .req and .conf. */
const idOf = (protocol: Protocol, action: string, part: 'request' | 'answer'): string => {
  if (protocol === 'ocpp2.1') return `urn:${action}${part === 'request' ? 'Request' : 'Response'}`;
  return `urn:${action}.${part === 'request' ? 'req' : 'conf'}`;
};

/** Whether the edition has such an action at all. */
export function isAction(protocol: Protocol, action: string): boolean {
  return rulebook(protocol).ids.has(idOf(protocol, action, 'request'));
}

/** Throws the CALLERROR of OCPP-J 4.2.3 when a payload breaks the official schema; NotImplemented for no such action. */
export function checkMessage(
  protocol: Protocol,
  action: string,
  part: 'request' | 'answer',
  payload: unknown,
): void {
  if (!isAction(protocol, action)) {
    throw createRPCError('NotImplemented', `OCPP has no action ${action} in ${protocol}.`, {});
  }
  rulebook(protocol).validate(idOf(protocol, action, part), payload);
}
