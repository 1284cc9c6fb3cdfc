import { inflateSync } from 'node:zlib';

/** What a PDF with built-in fonts shows, one line for each piece of text that is drawn at once. */
export function pdfText(bytes: Buffer): string {
  if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('these bytes are no PDF');
  const lines: string[] = [];
  for (const content of contentStreams(bytes)) {
    for (const [, pieces] of content.matchAll(/\[([^\]]*)\] TJ/g)) {
      const hex = [...(pieces ?? '').matchAll(/<([0-9a-f]*)>/gi)].map((match) => match[1]).join('');
      lines.push(fromCodePage1252(Buffer.from(hex, 'hex')));
    }
  }
  return lines.join('\n');
}

export const pdfHasPicture = (bytes: Buffer): boolean => bytes.includes('/Subtype /Image');

/** Where the code page differs from Latin-1, from 0x80; Node's own decoder does not know it. */
const beyondLatin1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const fromCodePage1252 = (bytes: Buffer): string =>
  [...bytes].map((byte) => beyondLatin1[byte - 0x80] ?? String.fromCharCode(byte)).join('');

/** The compressed streams that hold page content rather than pictures. */
function contentStreams(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  const streams: string[] = [];
  for (const match of text.matchAll(/<<((?:(?!>>)[^])*)>>\s*stream\r?\n/g)) {
    if (match[1]?.includes('/Image')) continue;
    const start = match.index + match[0].length;
    const end = text.indexOf('endstream', start);
    streams.push(inflateSync(bytes.subarray(start, end)).toString('latin1'));
  }
  return streams;
}
