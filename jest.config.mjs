/** Jest 30 over native ES modules; @swc/jest only strips types and lowers Nest's decorators. */
export default {
  rootDir: '.',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['busbar-source', 'node', 'node-addons'] },
  testMatch: ['**/*.@(spec|property|integration|journey|browser).ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/dist/',
    '<rootDir>/.busbar/',
    '<rootDir>/.stryker-tmp/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.busbar/', '<rootDir>/.stryker-tmp/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: false, decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
  testSequencer: '<rootDir>/tools/fast-first-sequencer.mjs',
  globalSetup: '<rootDir>/tools/test-setup.mjs',
  globalTeardown: '<rootDir>/tools/test-teardown.mjs',
  maxWorkers: 2,
  // Every suite leaves its modules behind in a worker; one that has grown so far spends its time collecting garbage.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 30_000,
};
