/** 128 bits in words of 32. */
export const uuidWords = 4;

/** Reads 8-4-4-4-12 hexadecimal digits into four words at `at`; false when the text is something else. */
export function parseUuid(id: string, words: Int32Array, at: number): boolean {
  if (id.length !== 36) return false;
  if (id.charCodeAt(8) !== dash || id.charCodeAt(13) !== dash) return false;
  if (id.charCodeAt(18) !== dash || id.charCodeAt(23) !== dash) return false;
  const [a, b, c, d] = [quarter(id, 0), quarter(id, 4), quarter(id, 9), quarter(id, 14)];
  const [e, f, g, h] = [quarter(id, 19), quarter(id, 24), quarter(id, 28), quarter(id, 32)];
  words[at] = (a << 16) | b;
  words[at + 1] = (c << 16) | d;
  words[at + 2] = (e << 16) | f;
  words[at + 3] = (g << 16) | h;
  return (a | b | c | d | e | f | g | h) >= 0;
}

/** The text of the four words at `at`. */
export function textOfUuid(words: Int32Array, at: number): string {
  let text = '';
  for (let word = 0; word < uuidWords; word++) {
    text += ((words[at + word] ?? 0) >>> 0).toString(16).padStart(8, '0');
  }
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

const dash = 45;

/** What each UTF-16 unit is worth as a digit; -1 for what is none, which makes every number it goes into negative. */
const digitOf = new Int8Array(65_536).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  digitOf[digit.toString(16).charCodeAt(0)] = digit;
  digitOf[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Four digits; negative when one of them is none. */
const quarter = (id: string, at: number): number =>
  (digitOf[id.charCodeAt(at)]! << 12) |
  (digitOf[id.charCodeAt(at + 1)]! << 8) |
  (digitOf[id.charCodeAt(at + 2)]! << 4) |
  digitOf[id.charCodeAt(at + 3)]!;
