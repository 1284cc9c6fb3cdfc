import type { Answer } from '../protocol.js';
import { clearCache } from './cache.js';
import type { Charger201 } from './charger201.js';
import * as remote from './remote-control.js';
import { getBaseReport, getReport } from './reports.js';
import * as smartCharging from './smart-charging.js';
import { triggerMessage } from './trigger.js';
import { getVariables, setVariables } from './variables.js';

/** The request has passed the official schema, so a handler states what it reads of it. */
export type Handler201 = (charger: Charger201, request: never) => Answer | Promise<Answer>;

/** Everything the central system may ask of a charger that speaks OCPP 2.0.1 or 2.1. */
export const handlers201: Readonly<Record<string, Handler201>> = {
  ChangeAvailability: remote.changeAvailability,
  ClearCache: clearCache,
  ClearChargingProfile: smartCharging.clearChargingProfile,
  GetBaseReport: getBaseReport,
  GetChargingProfiles: smartCharging.getChargingProfiles,
  GetCompositeSchedule: smartCharging.getCompositeSchedule,
  GetReport: getReport,
  GetTransactionStatus: remote.getTransactionStatus,
  GetVariables: getVariables,
  RequestStartTransaction: remote.requestStart,
  RequestStopTransaction: remote.requestStop,
  Reset: remote.reset,
  SetChargingProfile: smartCharging.setChargingProfile,
  SetVariables: setVariables,
  TriggerMessage: triggerMessage,
  UnlockConnector: remote.unlockConnector,
};
