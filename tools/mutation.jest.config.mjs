import configuration from '../jest.config.mjs';

const {
  testEnvironment,
  testEnvironmentOptions,
  extensionsToTreatAsEsm,
  moduleNameMapper,
  transform,
  testTimeout,
} = configuration;

/**
 * The tests of libs/entitlements alone: without the database that other suites need, and without the oracle, which would
 * cost seconds for each mutant.
 */
export default {
  rootDir: '..',
  testEnvironment,
  testEnvironmentOptions,
  extensionsToTreatAsEsm,
  moduleNameMapper,
  transform,
  testTimeout,
  testMatch: ['<rootDir>/libs/entitlements/**/*.@(spec|property).ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.busbar/', '<rootDir>/.stryker-tmp/'],
};
