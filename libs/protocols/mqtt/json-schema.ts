import { ScalarType, type DescEnum, type DescField, type DescMessage } from '@bufbuild/protobuf';

/** A JSON schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const integer = { type: 'integer' } as const;
/** Protobuf JSON mapping: 64-bit integers are written as strings, and read from numbers too. */
const longInteger = { type: ['string', 'integer'], pattern: '^-?[0-9]+$' } as const;
const unsignedLong = { type: ['string', 'integer'], pattern: '^[0-9]+$', minimum: 0 } as const;

const scalars: Readonly<Partial<Record<ScalarType, JsonSchema>>> = {
  [ScalarType.DOUBLE]: { type: 'number' },
  [ScalarType.FLOAT]: { type: 'number' },
  [ScalarType.INT32]: integer,
  [ScalarType.SINT32]: integer,
  [ScalarType.UINT32]: { type: 'integer', minimum: 0 },
  [ScalarType.INT64]: longInteger,
  [ScalarType.UINT64]: unsignedLong,
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.STRING]: { type: 'string' },
};

/** The JSON twin of a message, with references to its parts in `#/components/schemas/`. */
export function jsonSchemaOf(message: DescMessage): JsonSchema {
  const properties = Object.fromEntries(message.fields.map((field) => [field.jsonName, fieldSchema(field)]));
  const choices = message.oneofs
    .filter(({ fields }) => fields.length > 1)
    .map(({ fields }) => ({
      // At most one of them: none at all is a message that decoders may refuse.
      not: { anyOf: pairs(fields.map(({ jsonName }) => jsonName)).map((required) => ({ required })) },
    }));
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    ...(choices.length > 0 ? { allOf: choices } : {}),
  };
}

/** The messages a message is made of, itself first. */
export function partsOf(
  message: DescMessage,
  seen = new Map<string, DescMessage>(),
): Map<string, DescMessage> {
  if (seen.has(message.name)) return seen;
  seen.set(message.name, message);
  for (const { message: part } of message.fields) if (part) partsOf(part, seen);
  return seen;
}

function fieldSchema(field: DescField): JsonSchema {
  switch (field.fieldKind) {
    case 'scalar':
      return scalar(field.scalar);
    case 'enum':
      return enumSchema(field.enum);
    case 'message':
      return reference(field.message);
    case 'list':
      return { type: 'array', items: itemSchema(field) };
    case 'map':
      return { type: 'object', additionalProperties: itemSchema(field) };
  }
}

function itemSchema(field: Extract<DescField, { fieldKind: 'list' | 'map' }>): JsonSchema {
  const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind;
  if (kind === 'message' && field.message) return reference(field.message);
  if (kind === 'enum' && field.enum) return enumSchema(field.enum);
  if (field.scalar !== undefined) return scalar(field.scalar);
  throw new Error(`${field.toString()} has no JSON form here`);
}

function scalar(type: ScalarType): JsonSchema {
  const schema = scalars[type];
  if (!schema) throw new Error(`protobuf type ${ScalarType[type]} is not used on these topics`);
  return schema;
}

const enumSchema = ({ values }: DescEnum): JsonSchema => ({
  type: 'string',
  enum: values.map(({ name }) => name),
});

const reference = ({ name }: DescMessage): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const pairs = (names: readonly string[]): [string, string][] =>
  names.flatMap((first, index) => names.slice(index + 1).map((second): [string, string] => [first, second]));
