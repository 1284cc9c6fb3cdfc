import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { scenarioSchema, type Scenario } from './scenario-schema.js';

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** A scenario that cannot be played; the message says what to change. */
export class ScenarioError extends Error {}

/** Reads a scenario by the name of one that ships, or by path, with `key=value` changes on dotted paths. */
export async function loadScenario(nameOrPath: string, changes: readonly string[]): Promise<Scenario> {
  const path =
    nameOrPath.includes('/') || nameOrPath.endsWith('.yaml') ? nameOrPath : `${folder}${nameOrPath}.yaml`;
  const found = existsSync(path) ? path : `${folder}${nameOrPath}`;
  let text: string;
  try {
    text = await readFile(found, 'utf8');
  } catch {
    const names = (await listScenarios()).map(({ name }) => name).join(', ');
    throw new ScenarioError(`There is no scenario "${nameOrPath}". Those that ship are: ${names}.`);
  }
  return parseScenario(text, changes);
}

export function parseScenario(text: string, changes: readonly string[]): Scenario {
  const document: unknown = parse(text);
  for (const change of changes) applyChange(document, change);
  const parsed = scenarioSchema.safeParse(document);
  if (!parsed.success) {
    throw new ScenarioError(`The scenario is not valid:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

export async function listScenarios(): Promise<{ name: string; description: string }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const { description } = parseScenario(await readFile(folder + file, 'utf8'), []);
      return { name: file.replace('.yaml', ''), description };
    }),
  );
}

function applyChange(document: unknown, change: string): void {
  const [, path, value] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
  if (path === undefined || value === undefined) {
    throw new ScenarioError(
      `"${change}" does not say what to set: write --set key=value, e.g. --set zen.cadence_s=10.`,
    );
  }
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = document as Record<string, unknown>;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
    if (typeof at !== 'object')
      throw new ScenarioError(`"${path}" goes through ${key}, which is a single value.`);
  }
  at[last] = parse(value);
}
