import { inflateSync } from 'node:zlib';
import type { Logo } from '#libs/store/letterheads.js';

/** On paper it is some four centimetres wide; more pixels would only be work for everybody. */
const largestSide_px = 2_000;

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples per pixel by colour type (PNG 1.2, 4.1.1). */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** What may stand beside the picture itself; not the frames of an animation. */
const harmless = new Set(
  'PLTE tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD tIME tEXt zTXt iTXt eXIf IEND'.split(' '),
);

/**
 * Whether the bytes are a picture that can be printed. The PDF library decodes a PNG later, where an error of its would end
 * the process: so everything it could stumble over is looked at here first.
 */
export function isPrintable({ type, bytes }: Logo): boolean {
  try {
    return type === 'image/png' ? isSoundPng(bytes) : isSoundJpeg(bytes);
  } catch {
    return false;
  }
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
}

function isSoundPng(bytes: Buffer): boolean {
  if (!bytes.subarray(0, 8).equals(pngSignature)) return false;
  let header: Header | null = null;
  let hasPalette = false;
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (content.length !== length) return false;
    at += length + 12;
    if (kind === 'IHDR') header = readHeader(content);
    else if (kind === 'IDAT') data.push(content);
    else if (!harmless.has(kind)) return false;
    if (kind === 'PLTE') hasPalette = length > 0 && length % 3 === 0;
    if (kind === 'IEND') break;
  }
  if (!header || (header.colourType === 3 && !hasPalette)) return false;
  return hasSoundRows(header, Buffer.concat(data));
}

function readHeader(content: Buffer): Header | null {
  const [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
  const [bitDepth = 0, colourType = 0, compression, filter, interlace] = content.subarray(8, 13);
  const fits = width > 0 && height > 0 && width <= largestSide_px && height <= largestSide_px;
  const known = colourType in samples && [1, 2, 4, 8, 16].includes(bitDepth);
  return fits && known && compression === 0 && filter === 0 && interlace === 0
    ? { width, height, bitDepth, colourType }
    : null;
}

/** Each row is a filter, 0 to 4, and its samples; there are as many as the header says. */
function hasSoundRows({ width, height, bitDepth, colourType }: Header, data: Buffer): boolean {
  const row = 1 + Math.ceil((width * bitDepth * (samples[colourType] ?? 0)) / 8);
  const rows = inflateSync(data, { maxOutputLength: row * height });
  if (rows.length !== row * height) return false;
  for (let at = 0; at < rows.length; at += row) if ((rows[at] ?? 5) > 4) return false;
  return true;
}

/** Up to its frame header; what follows is printed as it is. */
function isSoundJpeg(bytes: Buffer): boolean {
  if (bytes.readUInt16BE(0) !== 0xffd8) return false;
  for (let at = 2; at < bytes.length;) {
    const marker = bytes.readUInt16BE(at);
    // SOF0 to SOF2; the others are compressed in ways that readers of PDF do not know.
    if (marker >= 0xffc0 && marker <= 0xffc2) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      const components = bytes.readUInt8(at + 9);
      const fits = width > 0 && height > 0 && width <= largestSide_px && height <= largestSide_px;
      return fits && bytes.readUInt8(at + 4) === 8 && [1, 3, 4].includes(components);
    }
    if (marker < 0xffc3 || marker > 0xfffe) return false;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return false;
}
