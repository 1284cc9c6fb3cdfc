import { createRPCError } from 'ocpp-rpc';
import type { z } from 'zod';
import type { ConfigurationStore } from './configuration-store.js';
import * as payloads from './payloads.js';
import type { ChargingProfile, ProfileStore } from './profile-store.js';

type Answer = Record<string, unknown>;

/** What the central system's commands need of a charger. */
export interface CommandedCharger {
  readonly configuration: ConfigurationStore;
  readonly profiles: ProfileStore;
  setChargingProfile(connectorId: number, profile: ChargingProfile): string;
  compositeSchedule(connectorId: number, duration_s: number): Answer;
  remoteStart(connectorId: number | undefined, idTag: string, profile: ChargingProfile | undefined): string;
  remoteStop(transactionId: number): string;
  changeAvailability(connectorId: number, unavailable: boolean): string;
  reset(type: 'Soft' | 'Hard'): void;
  unlock(connectorId: number): string;
  trigger(message: string, connectorId: number | undefined): string;
  /** Runs once the answer to the command at hand is on the wire. */
  afterAnswer(action: () => void): void;
}

interface Command {
  readonly schema: z.ZodType;
  readonly handle: (charger: CommandedCharger, payload: never) => Answer;
}
const command = <Schema extends z.ZodType>(
  schema: Schema,
  handle: (charger: CommandedCharger, payload: z.infer<Schema>) => Answer,
): Command => ({ schema, handle });

/** Everything the central system may ask of the charger (OCPP 1.6 chapter 5). What is not here is NotImplemented. */
const commands: Readonly<Record<string, Command>> = {
  SetChargingProfile: command(payloads.setChargingProfileSchema, (charger, request) => ({
    status: charger.setChargingProfile(request.connectorId, request.csChargingProfiles),
  })),
  ClearChargingProfile: command(payloads.clearChargingProfileSchema, (charger, request) => ({
    status: charger.profiles.clear(request),
  })),
  GetCompositeSchedule: command(payloads.getCompositeScheduleSchema, (charger, request) =>
    charger.compositeSchedule(request.connectorId, request.duration),
  ),
  RemoteStartTransaction: command(payloads.remoteStartSchema, (charger, request) => ({
    status: charger.remoteStart(request.connectorId, request.idTag, request.chargingProfile),
  })),
  RemoteStopTransaction: command(payloads.remoteStopSchema, (charger, request) => ({
    status: charger.remoteStop(request.transactionId),
  })),
  ChangeConfiguration: command(payloads.changeConfigurationSchema, (charger, request) => ({
    status: charger.configuration.change(request.key, request.value),
  })),
  GetConfiguration: command(payloads.getConfigurationSchema, (charger, request) => ({
    ...charger.configuration.report(request.key ?? []),
  })),
  ChangeAvailability: command(payloads.changeAvailabilitySchema, (charger, request) => ({
    status: charger.changeAvailability(request.connectorId, request.type === 'Inoperative'),
  })),
  Reset: command(payloads.resetSchema, (charger, request) => {
    charger.afterAnswer(() => charger.reset(request.type));
    return { status: 'Accepted' };
  }),
  UnlockConnector: command(payloads.unlockSchema, (charger, request) => ({
    status: charger.unlock(request.connectorId),
  })),
  TriggerMessage: command(payloads.triggerSchema, (charger, request) => ({
    status: charger.trigger(request.requestedMessage, request.connectorId),
  })),
  ClearCache: command(payloads.anythingSchema, () => ({ status: 'Accepted' })),
  DataTransfer: command(payloads.anythingSchema, () => ({ status: 'UnknownVendorId' })),
};

/** Answers one command, or throws the CALLERROR that OCPP 1.6-J 4.2.3 gives for it. */
export function answerCommand(charger: CommandedCharger, action: string, payload: unknown): Answer {
  const entry = commands[action];
  if (!entry) throw createRPCError('NotImplemented', `This charger does not know ${action}.`, {});
  const parsed = entry.schema.safeParse(payload);
  if (!parsed.success) throw createRPCError('FormationViolation', parsed.error.issues[0]?.message ?? '', {});
  return entry.handle(charger, parsed.data as never);
}
