/** The little SVG the plots need: readable in light and dark, the same bytes for the same numbers. */

const style = `
text{font:13px system-ui,sans-serif;fill:var(--ink)} .title{font-size:17px;font-weight:600} .small{font-size:12px} .soft{fill:var(--soft)}
svg{--paper:#fff;--ink:#1a1d21;--soft:#5c6570;--grid:#e3e6ea;--car:#7fb2e5;--house:#b9c0c8;--l1:#8a4b12;--l2:#1a1d21;--l3:#7b8794;
--fuse:#c62828;--bear:#e08a00;--limit:#123f8a;--node-full:#3b7ddd;--waiting-for-capacity:#e08a00;--waiting-for-others-to-reduce:#8e5bd0;
--changing-phases:#d6478f;--meter-silent:#c62828;--charger-maximum:#2e8b57;--car-maximum:#8fcfa8;--none:#d5dae0}
@media (prefers-color-scheme:dark){svg{--paper:#14171b;--ink:#e8eaed;--soft:#a3abb5;--grid:#2c3239;--car:#2f6cab;--house:#59626d;
--l1:#d08a4a;--l2:#f1f3f5;--l3:#8f9aa6;--fuse:#ff6b66;--bear:#f0a83a;--limit:#b9d7ff;--none:#3a424b}}`;

/** A colour of the style above. */
export type Ink =
  | 'ink'
  | 'grid'
  | 'car'
  | 'house'
  | 'l1'
  | 'l2'
  | 'l3'
  | 'fuse'
  | 'bear'
  | 'limit'
  | 'none'
  | `${string}-${string}`;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const number = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export class Svg {
  private readonly parts: string[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly title: string,
    private readonly description: string,
  ) {
    this.text(16, 26, title, 'title');
  }

  text(x: number, y: number, text: string, look: string, anchor: 'start' | 'middle' | 'end' = 'start'): void {
    const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
    this.parts.push(`<text x="${number(x)}" y="${number(y)}" class="${look}"${at}>${escaped(text)}</text>`);
  }

  /** Text that reads upwards, centred on a point. */
  upright(x: number, y: number, text: string): void {
    this.parts.push(
      `<text transform="translate(${number(x)} ${number(y)}) rotate(-90)" text-anchor="middle" class="small soft">${escaped(text)}</text>`,
    );
  }

  line(x1: number, y1: number, x2: number, y2: number, ink: Ink, width = 1, dashes = ''): void {
    const dashed = dashes && ` stroke-dasharray="${dashes}"`;
    this.parts.push(
      `<path d="M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}" stroke="var(--${ink})" stroke-width="${width}"${dashed}/>`,
    );
  }

  bar({ left, top, width, height }: Rectangle, ink: Ink): void {
    this.parts.push(
      `<rect x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height)}" fill="var(--${ink})"/>`,
    );
  }

  dot(x: number, y: number, ink: Ink): void {
    this.parts.push(`<circle cx="${number(x)}" cy="${number(y)}" r="4" fill="var(--${ink})"/>`);
  }

  /** Straight from point to point. */
  curve(points: readonly (readonly [number, number])[], ink: Ink, width: number): void {
    const path = points.map(([x, y]) => `${number(x)} ${number(y)}`).join('L');
    this.parts.push(`<path d="M${path}" fill="none" stroke="var(--${ink})" stroke-width="${width}"/>`);
  }

  /** A stairway of heights over equal steps of x; what stays level costs no bytes. `base`: filled down to there. */
  stairs(
    left: number,
    step: number,
    heights: readonly number[],
    ink: Ink,
    { base, width }: { readonly base: number | null; readonly width: number },
  ): void {
    let path = base === null ? '' : `M${number(left)} ${number(base)}`;
    let before: string | null = null;
    heights.forEach((height, index) => {
      const y = number(height);
      if (y === before) return;
      if (before === null) path += `${base === null ? 'M' : 'L'}${number(left)} ${y}`;
      else path += `H${number(left + index * step)}V${y}`;
      before = y;
    });
    path += `H${number(left + heights.length * step)}`;
    const paint =
      base === null ? `fill="none" stroke="var(--${ink})" stroke-width="${width}"` : `fill="var(--${ink})"`;
    this.parts.push(`<path d="${path}${base === null ? '' : `V${number(base)}Z`}" ${paint}/>`);
  }

  /** Coloured squares with words, in a row that breaks at the right edge; answers the y beneath. */
  legend(x: number, y: number, entries: readonly (readonly [Ink, string])[]): number {
    let at = x;
    let line = y;
    for (const [ink, words] of entries) {
      const width = 30 + words.length * 6.6;
      if (at + width > this.width) [at, line] = [x, line + 19];
      this.bar({ left: at, top: line - 10, width: 11, height: 11 }, ink);
      this.text(at + 16, line, words, 'small');
      at += width;
    }
    return line + 19;
  }

  toString(): string {
    const { width, height, title, description } = this;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title><desc>${escaped(description)}</desc><style>${style}</style>
<rect width="${width}" height="${height}" fill="var(--paper)"/>
${this.parts.join('\n')}
</svg>
`;
  }
}
