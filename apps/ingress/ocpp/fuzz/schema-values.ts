import { createRequire } from 'node:module';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';
import type { Random } from './random.js';

/** What the official schemas use of JSON schema. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}
interface SchemaDocument extends Schema {
  readonly $id: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const files = {
  'ocpp1.6': ['ocpp1_6', '.req', '.conf'],
  'ocpp2.0.1': ['ocpp2_0_1', '.req', '.conf'],
  'ocpp2.1': ['ocpp2_1', 'Request', 'Response'],
} as const;

const require = createRequire(import.meta.url);
const documentsOf = (file: string): ReadonlyMap<string, SchemaDocument> =>
  new Map(
    (require(`ocpp-rpc/lib/schemas/${file}.json`) as SchemaDocument[]).map((document) => [
      document.$id,
      document,
    ]),
  );
const documents = {
  'ocpp1.6': documentsOf(files['ocpp1.6'][0]),
  'ocpp2.0.1': documentsOf(files['ocpp2.0.1'][0]),
  'ocpp2.1': documentsOf(files['ocpp2.1'][0]),
};

/** Makes payloads that the official schemas accept; `text` gives their free texts. */
export class ValidPayloads {
  constructor(
    private readonly random: Random,
    private readonly text: (field: string) => string,
  ) {}

  /** Null when the version has no such message. */
  payload(version: OcppVersion, action: string, kind: 'request' | 'response'): unknown {
    const [, request, response] = files[version];
    const document = documents[version].get(`urn:${action}${kind === 'request' ? request : response}`);
    return document ? this.value(document, document, '', 0) : null;
  }

  private value(schema: Schema, document: SchemaDocument, field: string, depth: number): unknown {
    const name = schema.$ref?.slice('#/definitions/'.length);
    const found = name === undefined ? schema : (document.definitions?.[name] ?? {});
    if (found.enum) return this.random.of(found.enum);
    switch (found.type) {
      case 'object':
        return this.object(found, document, depth);
      case 'array':
        return Array.from({ length: Math.max(found.minItems ?? 0, this.random.under(3)) }, () =>
          this.value(found.items ?? {}, document, field, depth + 1),
        );
      case 'integer':
        return (found.minimum ?? 0) + this.random.under(4);
      case 'number':
        return this.random.under(400) / 10;
      case 'boolean':
        return this.random.chance(0.5);
      default:
        return this.string(found, field);
    }
  }

  private object(schema: Schema, document: SchemaDocument, depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const optional = depth > 3 ? 0.1 : 0.4;
    for (const [field, of] of Object.entries(schema.properties ?? {}))
      if (schema.required?.includes(field) || this.random.chance(optional))
        value[field] = this.value(of, document, field, depth + 1);
    return value;
  }

  private string({ format, maxLength }: Schema, field: string): string {
    if (format === 'date-time')
      return new Date(Date.UTC(2026, 0, 5) + this.random.under(86_400_000)).toISOString();
    if (format === 'uri') return 'https://example.test/file';
    return this.text(field).slice(0, maxLength ?? 100);
  }
}
