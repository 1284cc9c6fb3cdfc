import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pdfHasPicture } from '#libs/testing/pdf-text.js';
import { isPrintable } from './logo.js';
import { nameAlone } from './paper.js';
import { renderPdf } from './pdf-page.js';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const chunk = (kind: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  // Nobody of ours reads the checksum.
  return Buffer.concat([length, Buffer.from(kind, 'latin1'), content, Buffer.alloc(4)]);
};

interface Wishes {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlace: number;
  readonly data: Buffer;
  readonly extra: readonly Buffer[];
}
const row = (samples: number): Buffer => Buffer.alloc(1 + 2 * samples);

/** Two by two pixels unless wished otherwise. */
function png(wishes: Partial<Wishes>): Buffer {
  const colourType = wishes.colourType ?? 2;
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] ?? 3;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(wishes.width ?? 2, 0);
  header.writeUInt32BE(wishes.height ?? 2, 4);
  header.set([wishes.bitDepth ?? 8, colourType, 0, 0, wishes.interlace ?? 0], 8);
  const data = wishes.data ?? deflateSync(Buffer.concat([row(samples), row(samples)]));
  const parts = [chunk('IHDR', header), ...(wishes.extra ?? []), chunk('IDAT', data)];
  return Buffer.concat([signature, ...parts, chunk('IEND', Buffer.alloc(0))]);
}
const palette = chunk('PLTE', Buffer.from([0, 0, 0, 255, 0, 0]));

/** Start, an application segment, a frame header of eight bits. */
function jpeg(width: number, height: number, components: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, components]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const start = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0];
  return Buffer.concat([Buffer.from(start), frame, Buffer.alloc(9), Buffer.from([0xff, 0xd9])]);
}

const printed = async (type: 'image/png' | 'image/jpeg', bytes: Buffer): Promise<boolean> => {
  const head = { ...nameAlone('Volt'), logo: { type, bytes } };
  const rest = { title: 'Trial', facts: [], sections: [], footer: '', madeAt: new Date(0) };
  return pdfHasPicture(await renderPdf({ ...rest, head }));
};

describe('a logo', () => {
  it.each([
    ['grey', png({ colourType: 0 })],
    ['colour', png({})],
    ['of a palette', png({ colourType: 3, extra: [palette] })],
    [
      'of a palette with transparency',
      png({ colourType: 3, extra: [palette, chunk('tRNS', Buffer.from([0]))] }),
    ],
    ['grey with transparency', png({ colourType: 4 })],
    ['colour with transparency', png({ colourType: 6 })],
  ])('as PNG is taken and printed: %s', async (_, bytes) => {
    expect(isPrintable({ type: 'image/png', bytes })).toBe(true);
    expect(await printed('image/png', bytes)).toBe(true);
  });

  it.each([
    ['cut off', png({}).subarray(0, 40)],
    ['another format', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['data that is not compressed', png({ colourType: 6, data: Buffer.from('not compressed at all') })],
    ['too few rows', png({ colourType: 6, data: deflateSync(row(4)) })],
    ['more than it says', png({ data: deflateSync(Buffer.alloc(10_000_000)) })],
    ['an unknown filter', png({ colourType: 6, data: deflateSync(Buffer.alloc(18, 9)) })],
    ['interlaced', png({ interlace: 1 })],
    ['a side too long', png({ width: 2_001 })],
    ['no pixels', png({ height: 0 })],
    ['an unknown colour type', png({ colourType: 5 })],
    ['an unknown depth', png({ bitDepth: 3 })],
    ['a palette that is missing', png({ colourType: 3 })],
    ['an animation', png({ extra: [chunk('acTL', Buffer.alloc(8))] })],
    ['nothing', Buffer.alloc(0)],
  ])('as PNG is refused: %s', (_, bytes) => {
    expect(isPrintable({ type: 'image/png', bytes })).toBe(false);
  });

  it('as JPEG is taken by its frame header', async () => {
    const sound = jpeg(40, 20, 3);
    expect(isPrintable({ type: 'image/jpeg', bytes: sound })).toBe(true);
    expect(await printed('image/jpeg', sound)).toBe(true);
    const unsound = [
      jpeg(0, 20, 3),
      jpeg(40, 2_001, 3),
      jpeg(40, 20, 2),
      sound.subarray(0, 8),
      sound.subarray(2),
      png({}),
      Buffer.alloc(0),
    ];
    expect(unsound.map((bytes) => isPrintable({ type: 'image/jpeg', bytes }))).toEqual(
      unsound.map(() => false),
    );
    expect(isPrintable({ type: 'image/png', bytes: sound })).toBe(false);
  });
});
