/**
 * `npm run mutate`: breaks libs/entitlements in every small way and expects a test to notice. `npm run mutate -- --mutate
 * libs/allocation/capacity.ts` breaks one file, of libs/entitlements or libs/allocation. docs/entitlement-proof.md and
 * docs/allocation-proof.md tell what it found.
 */
export default {
  testRunner: 'in-process',
  plugins: ['./tools/mutation-runner.mjs'],
  coverageAnalysis: 'perTest',
  mutate: ['libs/entitlements/*.ts', '!libs/entitlements/*.@(spec|property|bench).ts'],
  ignorePatterns: [
    '/apps',
    '/dist',
    '/docs',
    '/deploy',
    '/firmware-sim',
    '/proto',
    '/.busbar',
    '/reports',
    '/.stryker-tmp',
  ],
  tempDirName: '.stryker-tmp',
  concurrency: 1,
  timeoutMS: 2_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker-tmp/mutation.json' },
};
