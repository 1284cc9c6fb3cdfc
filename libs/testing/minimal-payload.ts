import { createRequire } from 'node:module';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';

interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const files: Readonly<Record<OcppVersion, readonly [string, string]>> = {
  'ocpp1.6': ['ocpp1_6', '.req'],
  'ocpp2.0.1': ['ocpp2_0_1', '.req'],
  'ocpp2.1': ['ocpp2_1', 'Request'],
};

/** The smallest payload the official schema of a request takes: what it requires, each with the first value that fits. */
export function minimalPayload(version: OcppVersion, action: string): Record<string, unknown> {
  const [file, suffix] = files[version];
  const documents = createRequire(import.meta.url)(`ocpp-rpc/lib/schemas/${file}.json`) as Schema[];
  const document = documents.find(({ $id }) => $id === `urn:${action}${suffix}`);
  if (!document) throw new Error(`${version} has no ${action}`);
  return minimal(document, document) as Record<string, unknown>;
}

function minimal(schema: Schema, document: Schema): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    const definition = document.definitions?.[name];
    if (!definition) throw new Error(`the schema has no ${schema.$ref}`);
    return minimal(definition, document);
  }
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, minimal(schema.properties?.[name] ?? {}, document)]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => minimal(schema.items ?? {}, document));
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return schema.format === 'date-time'
        ? '2036-01-05T08:00:00Z'
        : schema.format === 'uri'
          ? 'http://127.0.0.1:9/none'
          : 'a';
  }
}
