/** OCPP-J framing (OCPP 1.6J 4.2): one JSON array per WebSocket text message. */
export type Frame =
  | {
      readonly kind: 'call';
      readonly messageId: string;
      readonly action: string;
      readonly payload: unknown;
    }
  | { readonly kind: 'result'; readonly messageId: string; readonly payload: unknown }
  | {
      readonly kind: 'error';
      readonly messageId: string;
      readonly code: string;
      readonly description: string;
      readonly details: unknown;
    }
  | {
      readonly kind: 'malformed';
      readonly why: 'json' | 'shape';
      /** Set when the sender can be told: the frame is a call whose id could be read. */
      readonly messageId: string | null;
    };

/** OCPP 1.6J 4.1.4: a message id has at most 36 characters. */
const messageIdLimit = 36;

/** Escapes PostgreSQL cannot keep: NUL, and halves of surrogate pairs. */
const unstorable = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

const storableText = (text: string): string =>
  text.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd');

/** For JSON.parse: the values, and the names of fields, which custom data may choose freely. */
const storable = (_key: string, value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storableText(name), inner]));
};

/** No message of OCPP nests a quarter as deep; what does would exhaust the stack of whoever walks through it. */
const deepest = 64;

const fits = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => fits(inner, levels - 1)));

/** A payload that nests too deeply is read as null, which no action takes. */
export function parseFrame(text: string): Frame {
  let parsed: unknown;
  let messageId: unknown;
  try {
    parsed = JSON.parse(text);
    if (Array.isArray(parsed)) {
      // The sender knows its id only as it wrote it; nothing stores it.
      messageId = parsed[1];
      parsed = parsed.map((part: unknown) => (fits(part, deepest) ? part : null));
      if (unstorable.test(text)) parsed = JSON.parse(JSON.stringify(parsed), storable);
    }
  } catch {
    return { kind: 'malformed', why: 'json', messageId: null };
  }
  if (!Array.isArray(parsed)) return { kind: 'malformed', why: 'shape', messageId: null };
  const [type] = parsed as unknown[];
  if (typeof messageId !== 'string' || messageId === '' || messageId.length > messageIdLimit)
    return { kind: 'malformed', why: 'shape', messageId: null };
  if (type === 2) return callFrame(parsed, messageId);
  if (type === 3 && parsed.length === 3) return { kind: 'result', messageId, payload: parsed[2] };
  if (type === 4 && parsed.length >= 3 && parsed.length <= 5) {
    const [, , code, description, details] = parsed as unknown[];
    return {
      kind: 'error',
      messageId,
      code: typeof code === 'string' ? code : 'GenericError',
      description: typeof description === 'string' ? description : '',
      details: details ?? {},
    };
  }
  return { kind: 'malformed', why: 'shape', messageId: null };
}

function callFrame(parsed: readonly unknown[], messageId: string): Frame {
  const [, , action, payload] = parsed;
  if (parsed.length !== 4 || typeof action !== 'string')
    return { kind: 'malformed', why: 'shape', messageId };
  return { kind: 'call', messageId, action, payload };
}

export const encodeCall = (messageId: string, action: string, payload: object): string =>
  JSON.stringify([2, messageId, action, payload]);
export const encodeResult = (messageId: string, payload: object): string =>
  JSON.stringify([3, messageId, payload]);
export const encodeError = (messageId: string, code: string, description: string): string =>
  JSON.stringify([4, messageId, code, description, {}]);
