import type { Ink, Rectangle, Svg } from './svg.js';

export interface Ticks {
  readonly values: readonly number[];
  readonly text: (value: number) => string;
}

/** A place for curves: two axes with grid and ticks. */
export class Panel {
  constructor(
    private readonly svg: Svg,
    readonly place: Rectangle,
    private readonly from: readonly [number, number],
    private readonly to: readonly [number, number],
    private readonly logarithmic: boolean,
  ) {}

  x(value: number): number {
    const { left, width } = this.place;
    return left + (width * (value - this.from[0])) / (this.to[0] - this.from[0]);
  }

  y(value: number): number {
    const { top, height } = this.place;
    const scaled = this.logarithmic ? Math.log : (plain: number) => plain;
    const share = (scaled(value) - scaled(this.from[1])) / (scaled(this.to[1]) - scaled(this.from[1]));
    return top + height * (1 - Math.min(1, Math.max(0, share)));
  }

  axes(x: Ticks, y: Ticks, yTitle: string): void {
    const { left, top, width, height } = this.place;
    for (const value of x.values) {
      this.svg.line(this.x(value), top, this.x(value), top + height, 'grid');
      const text = x.text(value);
      if (text) this.svg.text(this.x(value), top + height + 17, text, 'small soft', 'middle');
    }
    for (const value of y.values) {
      this.svg.line(left, this.y(value), left + width, this.y(value), 'grid');
      this.svg.text(left - 7, this.y(value) + 4, y.text(value), 'small soft', 'end');
    }
    this.svg.upright(left - 46, top + height / 2, yTitle);
  }

  /** Heights of equally long pieces of the whole width. */
  stairs(values: readonly number[], ink: Ink, width: number | 'filled'): void {
    const { left, width: whole } = this.place;
    const heights = values.map((value) => this.y(value));
    this.svg.stairs(left, whole / values.length, heights, ink, {
      base: width === 'filled' ? this.y(this.from[1]) : null,
      width: width === 'filled' ? 0 : width,
    });
  }

  level(value: number, ink: Ink, dashes: string): void {
    const { left, width } = this.place;
    this.svg.line(left, this.y(value), left + width, this.y(value), ink, 1.6, dashes);
  }
}

/** Every `step` from `from` to `to`, both included. */
export const every = (step: number, from: number, to: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, index) => from + index * step);

/** The largest of each piece of `size` values: no peak is lost. */
export const peaks = (values: readonly number[], size: number): readonly number[] =>
  every(size, 0, values.length - 1).map((at) => Math.max(...values.slice(at, at + size)));
