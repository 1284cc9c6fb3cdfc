import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const versions = { 'ocpp1.6': 'v16', 'ocpp2.0.1': 'v201', 'ocpp2.1': 'v201' };

/** Files below a folder whose name ends so. */
function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Which test files speak of an action by its name, the nearest to its handler first. */
function testsOf(action, folder, tests) {
  const named = new RegExp(`\\b[${action[0].toLowerCase()}${action[0]}]${action.slice(1)}\\b`);
  const naming = tests.filter(({ path, text }) => !path.includes('every-call') && named.test(text));
  const near = naming.filter(({ path }) => path.includes(`/ocpp/${folder}/`));
  return [...near, ...naming.filter((test) => !near.includes(test))].map(({ path }) => path);
}

const shortPath = (path) => path.replace('apps/ingress/ocpp/', '');

/** docs/ocpp-conformance.md: message x version x direction x test, from the code as it is built in dist. */
export async function conformance() {
  const { callsToStation } = await import('../dist/libs/protocols/ocppj/raw-call.js');
  const { schemasOf } = await import('../dist/libs/protocols/ocppj/schema.js');
  const { inboundActions } = await import('../dist/apps/ingress/ocpp/v16/actions.js');
  const { inboundActions201 } = await import('../dist/apps/ingress/ocpp/v201/actions.js');
  const none = {};
  const handled = {
    v16: Object.keys(inboundActions(none)),
    v201: Object.keys(inboundActions201(none)),
  };
  const tests = filesBelow('apps/ingress/ocpp', /\.(spec|integration|property)\.ts$/).map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }));
  const actions = [...new Set(Object.keys(versions).flatMap((version) => [...schemasOf(version).actions]))];
  const rows = actions.toSorted().flatMap((action) => {
    const rowsOf = [];
    const from = Object.entries(versions)
      .filter(
        ([version, folder]) => schemasOf(version).actions.has(action) && handled[folder].includes(action),
      )
      .map(([version]) => version.slice(4));
    const to = Object.keys(versions)
      .filter((version) => callsToStation[version].has(action))
      .map((version) => version.slice(4));
    const known = Object.keys(versions)
      .filter((version) => schemasOf(version).actions.has(action))
      .map((version) => version.slice(4));
    if (from.length > 0) {
      const folder = from.includes('1.6') ? 'v16' : 'v201';
      const found = testsOf(action, folder, tests).slice(0, 2);
      rowsOf.push([action, from.join(', '), 'station → Busbar', found.map(shortPath).join(', ')]);
    }
    if (to.length > 0) rowsOf.push([action, to.join(', '), 'Busbar → station', 'every-call.integration.ts']);
    if (rowsOf.length === 0) rowsOf.push([action, known.join(', '), 'not spoken', '']);
    return rowsOf;
  });
  const spoken = rows.filter(([, , direction]) => direction !== 'not spoken');
  const missing = rows.filter(([, , direction]) => direction === 'not spoken');
  const table = (head, body) =>
    [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `# OCPP: what is spoken

Written by \`node tools/generate.mjs\` from the action tables (\`v16/actions.ts\`, \`v201/actions.ts\`), the list of calls to a
station (\`libs/protocols/ocppj/raw-call.ts\`) and the tests that name a message. Tests are below \`apps/ingress/ocpp\`; the
simulated charger has a table of its own in [firmware-sim.md](firmware-sim.md). How it works: [ocpp.md](ocpp.md).

${table(['message', 'versions', 'direction', 'tests'], spoken)}

## Not spoken

What only OCPP 2.1 has. A station that sends one is answered \`NotSupported\`.

${missing.map(([action]) => action).join(', ')}.
`;
}
