/** The fence: who may import whom. docs/architecture.md draws it; this file decides. */
const pure = '^libs/(units|allocation|entitlements|devices)/';
const test = String.raw`\.(spec|property|integration|journey|browser|conformance|bench)\.ts$`;
const room = (name, allowed, extra = {}) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `libs/${name} may import only: ${allowed.join(', ') || 'nothing'}`,
  from: { path: `^libs/${name}/`, pathNot: test },
  to: { path: '^(libs|apps|firmware-sim)/', pathNot: `^libs/(${[name, ...allowed].join('|')})/`, ...extra },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'pure-libs-have-no-packages',
      severity: 'error',
      comment: 'Pure libraries decide; they take time, randomness and data as arguments.',
      from: { path: pure, pathNot: test },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'core'] },
    },
    room('units', []),
    room('allocation', ['units']),
    room('entitlements', ['units']),
    room('devices', ['units']),
    { ...room('contracts', ['units', 'allocation', 'entitlements', 'devices']) },
    room('protocols', ['contracts', 'devices', 'units']),
    room('bus', ['contracts', 'units']),
    room('store', ['contracts', 'units', 'allocation', 'entitlements', 'devices']),
    room('gate', ['entitlements', 'contracts', 'devices', 'store', 'bus', 'units']),
    room('platform', ['units', 'contracts', 'bus', 'store', 'gate', 'entitlements']),
    room('sdk', ['contracts', 'units']),
    {
      name: 'nest-only-in-platform-and-bus-transport',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/(platform|bus/transport|testing)/|${test}` },
      to: { path: 'node_modules/@nestjs' },
    },
    {
      name: 'testing-only-in-tests',
      severity: 'error',
      from: { pathNot: `^libs/testing/|^tools/|${test}` },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: `^apps/all-in-one/|${test}` },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'apps-import-libs-only',
      severity: 'error',
      from: { path: '^apps/', pathNot: test },
      to: { path: '^firmware-sim/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: test },
      to: { path: '^(apps|firmware-sim)/' },
    },
    {
      name: 'portal-imports-sdk-only',
      severity: 'error',
      from: { path: '^apps/portal/', pathNot: test },
      to: { path: '^(libs|apps|firmware-sim)/', pathNot: '^(libs/sdk|apps/portal)/' },
    },
    {
      name: 'firmware-sim-stands-alone',
      severity: 'error',
      from: { path: '^firmware-sim/', pathNot: test },
      to: { path: '^(apps|libs/(store|gate|platform|bus))/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['busbar-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
