import { createRequire } from 'node:module';
import { createValidator } from 'ocpp-rpc/lib/validator.js';
import { codeForKeyword, type CallRefusal } from './call-error.js';

/** The official OCPP 1.6 schemas as ocpp-rpc ships them; its validator knows that 0.1 has no exact binary form. */
const documents = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as { $id: string }[];
const validator = createValidator('ocpp1.6', documents);
const schemaIds = new Set(documents.map((document) => document.$id));

interface SchemaFailure {
  readonly details: {
    readonly errors: readonly { keyword: string; instancePath: string; message?: string }[];
  };
}

/** True for every action OCPP 1.6 and its Security Whitepaper define, in either direction. */
export const isOcpp16Action = (action: string): boolean => schemaIds.has(`urn:${action}.req`);

/** Null when the request conforms. */
export const checkRequest = (action: string, payload: unknown): CallRefusal | null =>
  check(`urn:${action}.req`, payload);

/** Null when the answer conforms. */
export const checkResponse = (action: string, payload: unknown): CallRefusal | null =>
  check(`urn:${action}.conf`, payload);

function check(schemaId: string, payload: unknown): CallRefusal | null {
  try {
    validator.validate(schemaId, payload);
    return null;
  } catch (failure) {
    const first = (failure as Partial<SchemaFailure>).details?.errors?.[0];
    if (!first) throw failure;
    // Path and rule only: neither repeats a value that was sent.
    const path = first.instancePath === '' ? 'the payload' : first.instancePath.slice(1);
    return {
      code: codeForKeyword(first.keyword, first.instancePath === ''),
      description: `${path} ${first.message ?? 'is not valid'}`.slice(0, 255),
    };
  }
}
