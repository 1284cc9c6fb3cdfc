import { parseArgs } from 'node:util';
import { hubMachine } from './hub-machine.js';
import { tellMachine, type Machine } from './machine.js';
import { portalMachine } from './portal-machine.js';
import { replay, shrink } from './replay.js';
import { shareMachine } from './share-machine.js';
import { Story } from './story.js';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    /** The first history, to tell a single one again. */
    from: { type: 'string', default: '0' },
  },
});
const [histories, seed, from] = [Number(values.histories), Number(values.seed), Number(values.from)];
const tally = { events: 0, refused: 0, questions: 0, allowed: 0 };
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
const step = Math.max(1, Math.ceil(histories / 20));
const mostShown = 5;
const disagreements = new Map<string, number>();
/** How often each machine's answers were agreed upon. */
const answers = new Map<string, Map<string, number>>();

function tell<Event>(machine: Machine<Event>, index: number): void {
  const tally = answers.get(machine.name) ?? new Map<string, number>();
  answers.set(machine.name, tally);
  const found = tellMachine(machine, seed, index, 30, tally);
  if (!found) return;
  const kind = `${machine.name}: engine ${found.engine}, oracle ${found.oracle}`;
  const earlier = disagreements.get(kind) ?? 0;
  disagreements.set(kind, earlier + 1);
  if (earlier > 0 || disagreements.size > mostShown) return;
  process.stdout.write(`\nDisagreement, seed ${seed}, history ${index}: ${kind}\n`);
  for (const event of found.events) process.stdout.write(`  ${JSON.stringify(event)}\n`);
}

for (let index = from; index < from + histories; index++) {
  const story = new Story(seed, index);
  const found = story.tell();
  for (const key of Object.keys(tally) as (keyof typeof tally)[]) tally[key] += story.run.tally[key];
  if (found) {
    const smallest = shrink(story.run.attempts);
    const least = replay(smallest) ?? found;
    const kind = `${least.attempt.do}: engine ${least.engine}, oracle ${least.oracle}`;
    disagreements.set(kind, (disagreements.get(kind) ?? 0) + 1);
    if (disagreements.size <= mostShown && disagreements.get(kind) === 1) {
      process.stdout.write(`\nDisagreement, seed ${seed}, history ${index}: ${kind}\n`);
      for (const attempt of smallest) process.stdout.write(`  ${JSON.stringify(attempt)}\n`);
    }
  }
  tell(shareMachine, index);
  tell(portalMachine, index);
  tell(hubMachine, index);
  if ((index - from + 1) % step === 0)
    process.stdout.write(`${index - from + 1} of ${histories} histories, ${seconds()} s\n`);
}

process.stdout.write(
  `\nseed ${seed}: ${histories} histories, ${tally.events} attempts (${tally.refused} refused), ` +
    `${tally.questions} questions (${tally.allowed} allowed), ${seconds()} s\n`,
);
for (const [name, tally] of answers) {
  const words = [...tally].toSorted(([, a], [, b]) => b - a).map(([word, count]) => `${count} ${word}`);
  process.stdout.write(`${name}: ${words.join(', ')}\n`);
}
let total = 0;
for (const [kind, count] of disagreements) {
  process.stdout.write(`${count} × ${kind}\n`);
  total += count;
}
process.stdout.write(`${total} disagreements\n`);
process.exitCode = total === 0 ? 0 : 1;
