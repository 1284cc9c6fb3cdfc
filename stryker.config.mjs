/**
 * `npm run mutate`: breaks libs/entitlements in every small way and expects a test to notice. `npm run mutate -- --mutate
 * libs/entitlements/ways.ts` breaks one file. docs/entitlement-proof.md tells what it found.
 */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'tools/mutation.jest.config.mjs', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: ['libs/entitlements/*.ts', '!libs/entitlements/*.@(spec|property|bench).ts'],
  ignorePatterns: ['/apps', '/dist', '/docs', '/deploy', '/firmware-sim', '/proto', '/.busbar', '/reports'],
  tempDirName: '.stryker-tmp',
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker-tmp/mutation.json' },
};
