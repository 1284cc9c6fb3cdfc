import type { CommandRequest } from '#libs/contracts/command.js';
import { unsupported, type CommandCall, type OneCall } from '#libs/protocols/ocppj/command-call.js';
import { vendorActions, type VendorAction } from '#libs/protocols/ocppj/kept-here.js';
import { residualCurrentAnswer } from '#libs/protocols/ocppj/residual-current-answer.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { NetworkPassphrases } from '#libs/store/network-passphrases.js';
import type { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';
import type { Clock } from '#libs/units/clock.js';
import type { NetworkKeys, Quirks, VendorMessage } from './quirks/quirk-catalogue.js';

export interface VendorPorts {
  readonly tests: Pick<ResidualCurrentTests, 'record'>;
  readonly passphrases: Pick<NetworkPassphrases, 'read' | 'remove'>;
  /** A device has agreed to be as it left the factory. */
  readonly wasReset: () => Promise<void>;
  readonly clock: Clock;
}

/** What differs between the versions of OCPP. */
export interface VendorWords {
  /** The calls that set these keys, in this order. */
  set(values: readonly (readonly [key: string, value: string])[]): readonly OneCall[];
  /** Where nobody knows better. */
  readonly networkKeys: NetworkKeys;
}

export type VendorRequest = Extract<CommandRequest, { action: VendorAction }>;
export const isVendorRequest = (request: CommandRequest): request is VendorRequest =>
  (vendorActions as readonly string[]).includes(request.action);

/** What no version of OCPP has words for, in the words of the product (OCPP 1.6 4.3, OCPP 2.0.1 P01; quirk catalogue). */
export async function vendorCall(
  ports: VendorPorts,
  device: RegisteredDevice,
  request: VendorRequest,
  quirks: Quirks,
  words: VendorWords,
): Promise<CommandCall> {
  switch (request.action) {
    case 'factory-reset':
      return {
        ...dataTransfer(quirks.factoryReset, null),
        explain: async () => 'The device is no longer at this location; it can be claimed with its PIN.',
        concluded: async (state) => (state === 'accepted' ? ports.wasReset() : undefined),
      };
    case 'test-residual-current-device':
      return residualCurrentTest(ports, device, request.connector, quirks.residualCurrentTest);
    case 'set-network':
      return networkCall(ports, request, quirks.network ?? words.networkKeys, words);
  }
}

/** The data is JSON as text in each version: OCPP 1.6 allows nothing else. */
const dataTransfer = ({ vendorId, messageId }: VendorMessage, data: object | null) => ({
  kind: 'call' as const,
  action: 'DataTransfer',
  payload: { vendorId, messageId, ...(data === null ? {} : { data: JSON.stringify(data) }) },
});

/** NB-74: the result is recorded before the command ends. */
const residualCurrentTest = (
  { tests, clock }: VendorPorts,
  device: RegisteredDevice,
  connector: number,
  message: VendorMessage,
): CommandCall => ({
  ...dataTransfer(message, { connector }),
  explain: async (answer) => {
    const result = residualCurrentAnswer(answer);
    if (!result) return 'The charger did the test and did not tell its result; nothing was recorded.';
    await tests.record(device, connector, result, clock.now());
    return result.passed
      ? 'The residual-current device passed.'
      : 'The residual-current device failed. Nobody can charge there until a test passes.';
  },
});

/** The medium last: a charger may leave its network the moment it is named. */
async function networkCall(
  { passphrases }: VendorPorts,
  { medium, ssid, passphraseId }: Extract<VendorRequest, { action: 'set-network' }>,
  keys: NetworkKeys,
  words: VendorWords,
): Promise<CommandCall> {
  const passphrase = passphraseId === undefined ? null : await passphrases.read(passphraseId);
  if (passphraseId !== undefined && passphrase === null)
    return unsupported('The passphrase is not kept any more. Set the network again.');
  const values: (readonly [string, string])[] = [];
  if (ssid !== undefined) values.push([keys.ssidKey, ssid]);
  if (passphrase !== null) values.push([keys.passphraseKey, passphrase]);
  values.push([keys.mediumKey, medium]);
  const [first, ...followedBy] = words.set(values);
  if (!first) return unsupported('The names of the network settings of this charger cannot be used.');
  return {
    kind: 'call',
    ...first,
    followedBy,
    concluded: async () => (passphraseId === undefined ? undefined : passphrases.remove(passphraseId)),
  };
}
