import { createRequire } from 'node:module';
import { createRPCError, createValidator } from 'ocpp-rpc';
import type { Protocol } from './protocol.js';

interface Document {
  readonly $id: string;
  readonly definitions?: Readonly<Record<string, { readonly type?: string }>>;
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

/**
 * The official schemas that ocpp-rpc ships. Those of 2.1 are named after the message where its validator looks for .req
 * and .conf as in the older editions, and their enumerations carry a keyword of objects: both are put right here.
 */
export function officialDocuments(protocol: Protocol): Document[] {
  const documents = load(`ocpp-rpc/lib/schemas/${files[protocol]}.json`) as Document[];
  if (protocol !== 'ocpp2.1') return documents;
  return documents.map((document) => ({
    ...document,
    $id: document.$id.replace(/Request$/, '.req').replace(/Response$/, '.conf'),
    definitions: Object.fromEntries(
      Object.entries(document.definitions ?? {}).map(([name, definition]) => {
        const { additionalProperties: _stray, ...rest } = definition as Record<string, unknown>;
        return [name, definition.type === 'object' ? definition : rest];
      }),
    ),
  }));
}

function rulebook(protocol: Protocol): Rulebook {
  let found = rulebooks.get(protocol);
  if (!found) {
    const documents = officialDocuments(protocol);
    const validator = createValidator(protocol, documents as never);
    const validate = (id: string, payload: unknown): void => void validator.validate(id, payload);
    found = { ids: new Set(documents.map(({ $id }) => $id)), validate };
    rulebooks.set(protocol, found);
  }
  return found;
}

const idOf = (action: string, part: 'request' | 'answer'): string =>
  `urn:${action}.${part === 'request' ? 'req' : 'conf'}`;

/** Whether the edition has such an action at all. */
export function isAction(protocol: Protocol, action: string): boolean {
  return rulebook(protocol).ids.has(idOf(action, 'request'));
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
  rulebook(protocol).validate(idOf(action, part), payload);
}
