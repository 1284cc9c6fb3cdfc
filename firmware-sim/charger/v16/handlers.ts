import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';
import * as core from './core.js';
import { remoteStart, remoteStop } from './remote-control.js';
import * as smartCharging from './smart-charging.js';
import { triggerMessage, extendedTriggerMessage } from './trigger.js';

/** The request has passed the official schema, so a handler states what it reads of it. */
export type Handler16 = (charger: Charger16, request: never) => Answer | Promise<Answer>;

/** Everything the central system may ask of a charger that speaks OCPP 1.6 (chapter 5 and the security whitepaper). */
export const handlers16: Readonly<Record<string, Handler16>> = {
  ChangeAvailability: core.changeAvailability,
  ChangeConfiguration: core.changeConfiguration,
  ClearCache: core.clearCache,
  ClearChargingProfile: smartCharging.clearChargingProfile,
  DataTransfer: core.dataTransfer,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: smartCharging.getCompositeSchedule,
  GetConfiguration: core.getConfiguration,
  RemoteStartTransaction: remoteStart,
  RemoteStopTransaction: remoteStop,
  Reset: core.reset,
  SetChargingProfile: smartCharging.setChargingProfile,
  TriggerMessage: triggerMessage,
  UnlockConnector: core.unlockConnector,
};
