import type { CommandRequest } from '#libs/contracts/command.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { CommandCall } from '#libs/protocols/ocppj/command-call.js';
import type { ProfileWords } from '#libs/protocols/ocppj/profile-words.js';
import type { OcppSchemas } from '#libs/protocols/ocppj/schema.js';
import type { Product, RegisteredDevice } from '#libs/store/device-registry.js';
import type { CertificatePurpose } from '#libs/store/station-security.js';
import type { ActionTable } from './call-handler.js';
import type { LocalListWords } from './local-list-words.js';
import type { Quirks } from './quirks/quirk-catalogue.js';

/** One OCPP version as the edge speaks it: everything that differs between versions stands behind this. */
export interface Dialect {
  readonly schemas: OcppSchemas;
  /** The calls of a station, and who answers them. */
  readonly actions: ActionTable;
  /** The SetChargingProfile request that carries a limit; null when there is nothing left to limit. */
  limitPayload(device: RegisteredDevice, limit: Limit): Promise<object | null>;
  /** Asks a station to send a signing request for a certificate that runs out; null: this version has no such call. */
  renewalCall(purpose: CertificatePurpose): { readonly action: string; readonly payload: object } | null;
  readonly localList: LocalListWords;
  readonly profiles: ProfileWords;
  commandCall(device: RegisteredDevice, request: CommandRequest, quirks: Quirks): Promise<CommandCall>;
  /** What a BootNotification, checked or not, says the station is; null when it says nothing of the kind. */
  productOf(boot: unknown): Product | null;
  /** Whether a charger's answer to this action agrees. */
  commandOutcome(action: string, answer: unknown): 'accepted' | 'rejected';
  /** The configuration that an answer to this action reports; null when it reports none. */
  reportedConfiguration(action: string, answer: unknown): Readonly<Record<string, string>> | null;
  /** T10: settings of this product whose values are told to nobody. */
  secretKeys(quirks: Quirks): readonly string[];
  /** What the house itself wants to know of a charger that may be commanded; null: nothing (any more). */
  question(device: RegisteredDevice): Promise<Question | null>;
}

/** Asked behind everything that people want of the charger. */
export interface Question {
  readonly action: string;
  readonly payload: object;
  /** Told the charger's answer, or null when none came. */
  answered(answer: unknown): Promise<void>;
}

/** The subprotocols a charger may choose. */
export const spokenVersions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type SpokenVersion = (typeof spokenVersions)[number];
export const isSpoken = (name: string): name is SpokenVersion =>
  (spokenVersions as readonly string[]).includes(name);

export type Dialects = Readonly<Record<SpokenVersion, Dialect>>;
