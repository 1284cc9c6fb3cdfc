import { createRequire } from 'node:module';
import { createValidator } from 'ocpp-rpc/lib/validator.js';
import { codeForKeyword, type CallRefusal } from './call-error.js';
import type { OcppVersion } from './version.js';

/** The official schemas of one OCPP version as ocpp-rpc ships them; its validator knows that 0.1 has no exact binary form. */
export interface OcppSchemas {
  readonly version: OcppVersion;
  /** Every action the version defines, in either direction, by name. */
  readonly actions: ReadonlySet<string>;
  /** Null when the request conforms. */
  checkRequest(action: string, payload: unknown): CallRefusal | null;
  /** Null when the answer conforms. */
  checkResponse(action: string, payload: unknown): CallRefusal | null;
}

/** File, and how its schema ids end: OCPP 2.1 renamed them. */
const files: Readonly<Record<OcppVersion, { file: string; request: string; response: string }>> = {
  'ocpp1.6': { file: 'ocpp1_6', request: '.req', response: '.conf' },
  'ocpp2.0.1': { file: 'ocpp2_0_1', request: '.req', response: '.conf' },
  'ocpp2.1': { file: 'ocpp2_1', request: 'Request', response: 'Response' },
};

interface SchemaDocument {
  readonly $id: string;
  readonly definitions?: Readonly<Record<string, { type?: string; additionalProperties?: boolean }>>;
}

/** The official OCPP 2.1 schemas forbid further properties of enumerations too, which have none: ajv warns of each. */
function withoutStrayKeywords({ definitions }: SchemaDocument): void {
  for (const definition of Object.values(definitions ?? {}))
    if (definition.type !== 'object') delete definition.additionalProperties;
}

interface SchemaFailure {
  readonly details: {
    readonly errors: readonly { keyword: string; instancePath: string; message?: string }[];
  };
}

const loaded = new Map<OcppVersion, OcppSchemas>();

/** Read once per version and process. */
export function schemasOf(version: OcppVersion): OcppSchemas {
  const known = loaded.get(version);
  if (known) return known;
  const schemas = load(version);
  loaded.set(version, schemas);
  return schemas;
}

function load(version: OcppVersion): OcppSchemas {
  const { file, request, response } = files[version];
  const documents = createRequire(import.meta.url)(`ocpp-rpc/lib/schemas/${file}.json`) as SchemaDocument[];
  for (const document of documents) withoutStrayKeywords(document);
  const validator = createValidator(version, documents);
  const actions = new Set(
    documents
      .filter(({ $id }) => $id.endsWith(request))
      .map(({ $id }) => $id.slice('urn:'.length, -request.length)),
  );
  const check = (schemaId: string, payload: unknown): CallRefusal | null => {
    try {
      validator.validate(schemaId, payload);
      return null;
    } catch (failure) {
      const first = (failure as Partial<SchemaFailure>).details?.errors?.[0];
      if (!first) throw failure;
      // Path and rule only: neither repeats a value that was sent.
      const path = first.instancePath === '' ? 'the payload' : first.instancePath.slice(1);
      return {
        code: codeForKeyword(version, first.keyword, first.instancePath === ''),
        description: `${path} ${first.message ?? 'is not valid'}`.slice(0, 255),
      };
    }
  };
  return {
    version,
    actions,
    checkRequest: (action, payload) => check(`urn:${action}${request}`, payload),
    checkResponse: (action, payload) => check(`urn:${action}${response}`, payload),
  };
}
