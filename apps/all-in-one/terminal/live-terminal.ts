import type { LiveSummary } from './live-summary.js';
import { renderBlock, renderLine } from './render.js';

/** Shows the summary: redrawn in place on a terminal, a plain line every five seconds elsewhere. Answers how to stop it. */
export function showLive(summary: LiveSummary, output: NodeJS.WriteStream): () => void {
  if (!output.isTTY) {
    const timer = setInterval(() => output.write(`${renderLine(summary.view())}\n`), 5_000);
    return () => clearInterval(timer);
  }
  let drawn = 0;
  const draw = () => {
    // A terminal that does not know its width says 0.
    const lines = renderBlock(summary.view(), output.columns || 80);
    output.write(
      `${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[0J`,
    );
    drawn = lines.length;
  };
  draw();
  const timer = setInterval(draw, 1_000);
  return () => clearInterval(timer);
}
