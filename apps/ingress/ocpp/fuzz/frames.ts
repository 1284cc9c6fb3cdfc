import { callsToStation } from '#libs/protocols/ocppj/raw-call.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';
import { mutate, textOf } from './mutations.js';
import type { Random } from './random.js';
import { ValidPayloads } from './schema-values.js';

const actionsOf = (version: OcppVersion, fromStation: boolean): readonly string[] =>
  [...schemasOf(version).actions].filter((action) => callsToStation[version].has(action) !== fromStation);
type Actions = Readonly<Record<OcppVersion, readonly string[]>>;
const stationActions: Actions = {
  'ocpp1.6': [...actionsOf('ocpp1.6', true), 'DataTransfer'],
  'ocpp2.0.1': [...actionsOf('ocpp2.0.1', true), 'DataTransfer'],
  'ocpp2.1': [...actionsOf('ocpp2.1', true), 'DataTransfer'],
};
const otherActions: Actions = {
  'ocpp1.6': actionsOf('ocpp1.6', false),
  'ocpp2.0.1': actionsOf('ocpp2.0.1', false),
  'ocpp2.1': actionsOf('ocpp2.1', false),
};

/** What a case may depend on; nothing else. */
export interface CaseSetting {
  readonly random: Random;
  readonly version: OcppVersion;
  /** Number of the case in the run. */
  readonly number: number;
  /** Ids that earlier cases of the batch used. */
  readonly usedIds: readonly string[];
  /** A secret that must never come back. */
  readonly marker: string;
}

/** Free texts: cards, names of transactions, secrets. */
export const texts =
  ({ random, number, marker }: Pick<CaseSetting, 'random' | 'number' | 'marker'>) =>
  (field: string): string =>
    field === 'transactionId'
      ? `t${Math.floor(number / 8)}-${random.under(2)}`
      : random.of(['CARD-1', 'A', 'one two', marker, 'Nordlys', '16.1']);

export const idOf = (number: number): string => `c${number.toString(36)}`;

/** The text of one message as a broken, careless or hostile station might send it. */
export function frameOf(setting: CaseSetting): string {
  const { random, version, number, marker } = setting;
  const action = actionOf(setting);
  let payload = new ValidPayloads(random, texts(setting)).payload(version, action, 'request') ?? {};
  for (let left = random.of([0, 1, 1, 1, 2, 5]); left > 0; left--)
    payload = mutate(payload, random, marker) ?? {};
  const whole = textOf(payload, random);
  // What is larger than a message may be ends the connection, and with it the other cases of the batch.
  const body = Buffer.byteLength(whole) > 200_000 ? '{}' : whole;
  const id = JSON.stringify(idOf(number));
  const named = JSON.stringify(action);
  const call = `[2,${id},${named},${body}]`;
  switch (random.under(40)) {
    case 0:
      return call.slice(0, random.under(call.length));
    case 1:
      return `[2,${strangeId(setting)},${named},${body}]`;
    case 2:
      return `[${random.of(['0', '1', '5', '"2"', 'null', '2.0', '-2', '2e0', '[2]'])},${id},${named},${body}]`;
    case 3:
      return random.of([
        `[2,${id},${named}]`,
        `[2,${id}]`,
        `[2,${id},${named},${body},{}]`,
        `[2,${id},7,${body}]`,
      ]);
    case 4:
      return `[3,${random.chance(0.5) ? id : strangeId(setting)},${body}]`;
    case 5:
      return `[4,${id},${random.of(['"InternalError"', '7', JSON.stringify(marker)])},"${marker}",${body}]`;
    case 6:
      return random.of([
        '',
        '{}',
        'null',
        '7',
        '"x"',
        '[]',
        '[[]]',
        '\ufeff[]',
        `[${call}]`,
        `${call}${call}`,
        marker,
      ]);
    case 7:
      return ` \n\t${call}\r\n`;
    case 8:
      return `[2,${id},${named},${body.slice(0, -1)}${body.endsWith('}') && body.length > 2 ? `,"x":1,"x":{}}` : body.slice(-1)}]`;
    default:
      return call;
  }
}

function actionOf({ random, version, marker }: CaseSetting): string {
  if (random.chance(0.95)) return random.of(stationActions[version]);
  return random.of([
    ...otherActions[version],
    '',
    'constructor',
    '__proto__',
    'heartbeat',
    'Heartbeat ',
    marker,
    `${marker}${'y'.repeat(500)}`,
  ]);
}

function strangeId({ random, usedIds, marker }: CaseSetting): string {
  if (usedIds.length > 0 && random.chance(0.5)) return JSON.stringify(random.of(usedIds));
  return random.of([
    '7',
    'null',
    '{}',
    '""',
    '"-1"',
    '"__proto__"',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"💡💡"',
    `"${'i'.repeat(36)}"`,
    `"${'i'.repeat(37)}"`,
    `"${marker}${'i'.repeat(5_000)}"`,
  ]);
}
