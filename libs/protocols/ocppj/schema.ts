import { createRequire } from 'node:module';
import { createValidator } from 'ocpp-rpc/lib/validator.js';
import { codeForKeyword, type CallRefusal } from './call-error.js';
import type { OcppVersion } from './version.js';

/** The official schemas of one OCPP version as ocpp-rpc ships them; its validator knows that 0.1 has no exact binary form. */
export interface OcppSchemas {
  readonly version: OcppVersion;
  /** Every action the version defines, in either direction, by name. */
  readonly actions: ReadonlySet<string>;
  /** The first rule of the schema that a request breaks, with what it takes to put that right; null: it conforms. */
  requestViolation(action: string, payload: unknown): Violation | null;
  /** Null when the request conforms. */
  checkRequest(action: string, payload: unknown): CallRefusal | null;
  /** Null when the answer conforms. */
  checkResponse(action: string, payload: unknown): CallRefusal | null;
}

export interface Violation {
  readonly refusal: CallRefusal;
  /** JSON schema keyword. */
  readonly keyword: string;
  /** From the payload to the value that breaks it. */
  readonly path: readonly string[];
  /** Whether the schema asks for that value; found out when asked. */
  readonly isRequired: () => boolean;
  /** `additionalProperties`: the field that is not in the schema. */
  readonly unknownField?: string;
  /** `maxLength`: characters. */
  readonly limit?: number;
  /** `type`: what would be right. */
  readonly expectedTypes: readonly string[];
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

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: {
    readonly additionalProperty?: string;
    readonly limit?: number;
    readonly type?: string | string[];
  };
}

interface SchemaFailure {
  readonly details: {
    readonly errors: readonly SchemaError[];
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
  const violation = (schemaId: string, payload: unknown): Violation | null => {
    try {
      validator.validate(schemaId, payload);
      return null;
    } catch (failure) {
      const first = (failure as Partial<SchemaFailure>).details?.errors?.[0];
      if (!first) throw failure;
      return violationOf(version, first, () => isRequired(schemaId, payload, first.instancePath));
    }
  };
  /** A value is required when the schema misses it once it is gone. */
  const isRequired = (schemaId: string, payload: unknown, pointer: string): boolean => {
    const copy = structuredClone(payload);
    const path = stepsOf(pointer);
    let owner: unknown = copy;
    for (const step of path.slice(0, -1)) owner = (owner as Record<string, unknown>)[step];
    delete (owner as Record<string, unknown>)[path.at(-1) ?? ''];
    try {
      validator.validate(schemaId, copy);
      return false;
    } catch (failure) {
      const next = (failure as Partial<SchemaFailure>).details?.errors?.[0];
      return next?.keyword === 'required' && next.instancePath === pointer.slice(0, pointer.lastIndexOf('/'));
    }
  };
  const check = (schemaId: string, payload: unknown): CallRefusal | null =>
    violation(schemaId, payload)?.refusal ?? null;
  return {
    version,
    actions,
    requestViolation: (action, payload) => violation(`urn:${action}${request}`, payload),
    checkRequest: (action, payload) => check(`urn:${action}${request}`, payload),
    checkResponse: (action, payload) => check(`urn:${action}${response}`, payload),
  };
}

/** RFC 6901. */
const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

function violationOf(version: OcppVersion, error: SchemaError, isRequired: () => boolean): Violation {
  const { keyword, instancePath, message, params } = error;
  // Path and rule only: neither repeats a value that was sent.
  const named = instancePath === '' ? 'the payload' : instancePath.slice(1);
  return {
    refusal: {
      code: codeForKeyword(version, keyword, instancePath === ''),
      description: `${named} ${message ?? 'is not valid'}`.slice(0, 255),
    },
    keyword,
    path: stepsOf(instancePath),
    isRequired: () => instancePath === '' || isRequired(),
    expectedTypes: [params.type ?? []].flat(),
    ...(params.additionalProperty === undefined ? {} : { unknownField: params.additionalProperty }),
    ...(params.limit === undefined ? {} : { limit: params.limit }),
  };
}
