import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Holds the rules of docs/rules.md against the tests: which test titles carry which id. Ends with 1 when a rule that
 * this release promises has no test, or a capability of a device has none of its right, or a title names an id that no rule has.
 */
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const rules = [
  ...readFileSync('docs/rules.md', 'utf8').matchAll(
    /^\| ([A-Z0-9-]+) +\| (.+?) +\| (now|device|later) +\|$/gm,
  ),
].map(([, id, text, state]) => ({ id, text, state, tests: [] }));
const byId = new Map(rules.map((rule) => [rule.id, rule]));

const files = execFileSync(
  'git',
  [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    '*.spec.ts',
    '*.property.ts',
    '*.integration.ts',
    '*.journey.ts',
    '*.browser.ts',
  ],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter(Boolean);

// A title is the first argument of it or describe; of a table (it.each) the title follows the table's closing bracket.
const titles =
  /(?:\b(?:it|test|describe)(?:\.each)?|\]|\w)\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1\s*,\s*(?:async\s*)?(?:\(|function|\w+\s*=>)/g;
const rowTexts = /^\s*(?:\[\s*)?(['"`])((?:NB|CP|CS|AJ)-\d\d[^'"`]*)\1(?:,|\s*$)/gm;
const unknown = [];
for (const file of files) {
  const source = readFileSync(file, 'utf8');
  const found = [...source.matchAll(titles), ...source.matchAll(rowTexts)].map((match) => match[2] ?? '');
  for (const title of new Set(found)) {
    for (const [id] of title.matchAll(/\b(?:(?:NB|CP|CS|AJ)-\d\d|5[A-H]|T\d{1,2})\b/g)) {
      const rule = byId.get(id);
      if (rule) rule.tests.push(`${file}: ${title}`);
      else if (!id.startsWith('T')) unknown.push(`${id} in ${file}`);
    }
  }
}

// A capability of a device that does not exist yet waits for it; who may use it is tested all the same.
const verdict = ({ state, tests }) => {
  if (tests.length === 0) return state === 'later' ? 'not yet' : 'MISSING';
  return state === 'device' ? 'waiting' : 'present';
};
const counts = new Map();
for (const rule of rules) {
  const result = verdict(rule);
  counts.set(result, (counts.get(result) ?? 0) + 1);
  process.stdout.write(`${rule.id.padEnd(6)} ${result.padEnd(8)} ${rule.text}\n`);
  for (const test of rule.tests) process.stdout.write(`${' '.repeat(16)}${test.replaceAll(/\s+/g, ' ')}\n`);
}
process.stdout.write(`\n${[...counts].map(([result, count]) => `${count} ${result}`).join(', ')}\n`);
if (unknown.length > 0) process.stdout.write(`Titles name ids that no rule has: ${unknown.join(', ')}\n`);
process.exit(rules.length === 0 || counts.has('MISSING') || unknown.length > 0 ? 1 : 0);
