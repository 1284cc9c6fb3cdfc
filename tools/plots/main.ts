import { mkdirSync, writeFileSync } from 'node:fs';
import { drawPlots, playChosen } from './plots.js';

/** `npm run plots`: draws the pictures of docs/allocation.md anew, always the same bytes from the same code. */
const folder = 'docs/pictures';
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(drawPlots(playChosen()))) {
  writeFileSync(`${folder}/${name}.svg`, svg);
  process.stdout.write(`${folder}/${name}.svg\n`);
}
