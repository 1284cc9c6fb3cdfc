import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { format } from 'node:util';
import { Script } from 'node:vm';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { transformSync } from '@swc/core';
import { expect } from 'expect';

/** The libraries that are broken, how many examples a property tries for each mutant, and the suites that are left out. */
const rooms = {
  'libs/entitlements': { propertyRuns: 200, left: [] },
  // The exact solver takes seconds and is loaded asynchronously; changes of phases are too rare for a few histories.
  'libs/allocation': {
    propertyRuns: 5,
    left: ['libs/allocation/oracle.property.ts', 'libs/allocation/phase-switch.property.ts'],
  },
};

/**
 * Runs the tests of a pure library for Stryker in its own process: Jest loads twenty suites for each of thousands of
 * mutants, which takes a second and a half; this takes milliseconds. Each mutant meets modules loaded afresh, so that a
 * table it spoilt in one of them spoils nothing for the next. Only suites that load a file to be broken are run, and of each
 * mutant's tests the fastest first.
 */
class MutationRunner {
  scripts = new Map();
  /** By name of the test, from the first run. In a file, since a mutant that never ends takes this process with it. */
  duration_ms = existsSync(durations) ? JSON.parse(readFileSync(durations, 'utf8')) : {};

  constructor({ mutate }) {
    this.mutate = mutate.filter((pattern) => !pattern.startsWith('!'));
  }

  init() {
    this.root = process.cwd();
    const room = Object.keys(rooms).find((each) =>
      this.mutate.every((pattern) => pattern.startsWith(`${each}/`)),
    );
    if (!room) throw new Error(`one library at a time: ${Object.keys(rooms).join(', ')}`);
    const broken = this.mutate.map((pattern) => join(this.root, pattern.replace(/:[-:\d]+$/, '')));
    const suites = readdirSync(room, { recursive: true })
      .filter((name) => /\.(spec|property)\.ts$/.test(name))
      .map((name) => join(room, name))
      .filter((name) => !rooms[room].left.includes(name))
      .map((name) => join(this.root, name));
    // A pattern names no file: then all suites.
    this.suites = broken.every((file) => existsSync(file))
      ? suites.filter((suite) => broken.some((file) => this.loadedBy(suite).has(file)))
      : suites;
    // The same examples for every mutant, so that the same mutants survive; and no search for the shortest example.
    requirePackage('fast-check').configureGlobal({ seed: 8, endOnFailure: true });
    // Read by libs/testing/property-runs.ts.
    process.env.BUSBAR_PROPERTY_RUNS = String(rooms[room].propertyRuns);
    // A failed comparison of two tables would otherwise be written out in full.
    Error.stackTraceLimit = 5;
  }

  /** The source files that `file` loads, itself among them. */
  loadedBy(file, found = new Set()) {
    if (found.has(file)) return found;
    found.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/ from '([.#][^']+)'/g)) {
      const source = this.sourceOf(file, name);
      if (source) this.loadedBy(source, found);
    }
    return found;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  dryRun() {
    const mutantCoverage = { static: {}, perTest: {} };
    Object.assign(state, { mutantCoverage, activeMutant: undefined });
    const result = this.run(undefined, true);
    this.duration_ms = Object.fromEntries(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    writeFileSync(durations, JSON.stringify(this.duration_ms));
    return { ...result, mutantCoverage };
  }

  mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    Object.assign(state, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit ? 0 : undefined });
    const result = this.run(testFilter && new Set(testFilter), disableBail);
    return toMutantRunResult(determineHitLimitReached(state.hitCount, hitLimit) ?? result, disableBail);
  }

  /** @param wanted names of the tests to run; undefined: all */
  run(wanted, all) {
    const tests = [];
    let found;
    try {
      found = this.collect();
    } catch (error) {
      // Broken so badly that the tests cannot even be told.
      const failure = { status: TestStatus.Failed, failureMessage: messageOf(error), timeSpentMs: 0 };
      return { status: DryRunStatus.Complete, tests: [{ ...failure, id: 'loading', name: 'loading' }] };
    }
    found.sort((a, b) => (this.duration_ms[a.id] ?? 0) - (this.duration_ms[b.id] ?? 0));
    for (const { id, body } of found) {
      if (wanted && (!wanted.has(id) || this.duration_ms[id] > patience_ms)) continue;
      state.currentTestId = id;
      const began = performance.now();
      let failureMessage;
      try {
        if (body() instanceof Promise) throw new Error('this runner knows no tests that wait');
      } catch (error) {
        failureMessage = messageOf(error);
      }
      state.currentTestId = undefined;
      const status = failureMessage === undefined ? TestStatus.Success : TestStatus.Failed;
      tests.push({ id, name: id, timeSpentMs: performance.now() - began, status, failureMessage });
      if (failureMessage !== undefined && !all) break;
    }
    return { status: DryRunStatus.Complete, tests };
  }

  /** Loads every suite and so the modules under test; answers its tests in their order. */
  collect() {
    const found = [];
    const titles = [];
    const it = (title, body) => {
      const name = [...titles, title].join(' ');
      const same = found.filter((each) => each.name === name).length;
      found.push({ id: same === 0 ? name : `${name} (${same + 1})`, name, body });
    };
    it.each = (rows) => (title, body) => {
      for (const row of rows) {
        const values = Array.isArray(row) ? row : [row];
        const taken = (title.match(/%[^%]/g) ?? []).length;
        it(format(title, ...values.slice(0, taken)), () => body(...values));
      }
    };
    const describe = (title, body) => {
      titles.push(title);
      body();
      titles.pop();
    };
    const modules = new Map([['@jest/globals', { exports: { describe, expect, it } }]]);
    for (const suite of this.suites) this.load(suite, modules);
    return found;
  }

  load(file, modules) {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    this.scriptOf(file)(module.exports, (name) => this.require(file, name, modules), module);
    return module.exports;
  }

  require(from, name, modules) {
    if (modules.has(name)) return modules.get(name).exports;
    const source = this.sourceOf(from, name);
    return source ? this.load(source, modules) : requirePackage(name);
  }

  /** The file that `from` means by `name`; null for a package. */
  sourceOf(from, name) {
    const path = name.startsWith('.')
      ? join(dirname(from), name)
      : name.startsWith('#')
        ? join(this.root, name.slice(1))
        : null;
    const source = path?.replace(/\.js$/, '.ts');
    return source && existsSync(source) ? source : null;
  }

  /** Compiled once; run for each mutant. */
  scriptOf(file) {
    const known = this.scripts.get(file);
    if (known) return known.runInThisContext();
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      filename: relative(this.root, file),
      module: { type: 'commonjs' },
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    });
    const script = new Script(`(exports, require, module) => {${code}\n}`, { filename: file });
    this.scripts.set(file, script);
    return script.runInThisContext();
  }
}

/** What the broken code reads: which mutant is active, and where it counts what is reached. */
const state = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
/**
 * A slower test is not run again for each mutant: what it alone would notice survives, and is judged, or is run once more
 * with more patience (BUSBAR_MUTATION_PATIENCE_MS).
 */
const patience_ms = Number(process.env.BUSBAR_MUTATION_PATIENCE_MS ?? 300);
const durations = 'test-durations.json';
const requirePackage = createRequire(import.meta.url);
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

const createRunner = (options) => new MutationRunner(options);
createRunner.inject = [commonTokens.options];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', createRunner)];
