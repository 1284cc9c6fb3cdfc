import { fail, ok, type Result } from '#libs/units/result.js';

/** What stands on the sticker of a device. */
export interface Sticker {
  readonly serial: string;
  readonly pin: string;
}

/** A serial is also what the device calls itself on the wire: 4 to 32 of these. */
export const serialPattern = /^[0-9A-Z][0-9A-Z._-]{3,31}$/;
export const pinPattern = /^[0-9A-Z]{6,16}$/;

/** As people type it: upper and lower case are the same, blanks around it do not count. */
export const readSerial = (typed: string): string => typed.trim().toUpperCase();
/** Printed in groups, so blanks and hyphens do not count either. */
export const readPin = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toUpperCase();

const longest_characters = 300;

export type ClaimTextError = 'not-a-claim' | 'serial-missing' | 'pin-missing';

/**
 * Reads the text of a QR code: `busbar:claim?serial=<serial>&pin=<pin>`, a URI (RFC 3986) without authority. The scheme is
 * the same in upper and lower case; the parameters come in any order, each once, percent-encoded where needed; parameters
 * of other names are for later and are passed over. docs/provisioning.md has the grammar.
 */
export function parseClaimText(text: string): Result<Sticker, ClaimTextError> {
  const match = /^busbar:claim\?([^#]*)$/i.exec(text.trim());
  if (text.length > longest_characters || match?.[1] === undefined) return fail('not-a-claim');
  const parameters = new URLSearchParams(match[1]);
  const one = (name: string): string | null => {
    const [value, ...more] = parameters.getAll(name);
    return value === undefined || more.length > 0 ? null : value;
  };
  const serial = readSerial(one('serial') ?? '');
  const pin = readPin(one('pin') ?? '');
  if (!serialPattern.test(serial)) return fail('serial-missing');
  if (!pinPattern.test(pin)) return fail('pin-missing');
  return ok({ serial, pin });
}

/** The text that the factory prints. */
export const writeClaimText = ({ serial, pin }: Sticker): string =>
  `busbar:claim?serial=${encodeURIComponent(serial)}&pin=${encodeURIComponent(pin)}`;
