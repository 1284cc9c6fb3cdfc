import type { Answer } from '../protocol.js';
import * as certificates from './certificates.js';
import type { Charger201 } from './charger201.js';
import { customerInformation } from './customer.js';
import * as display from './display.js';
import * as firmware from './firmware.js';
import { getLocalListVersion, sendLocalList } from './local-list.js';
import { getLog } from './logs.js';
import * as monitoring from './monitoring.js';
import { setNetworkProfile } from './network-profile.js';
import * as remote from './remote-control.js';
import { getBaseReport, getReport } from './reports.js';
import { cancelReservation, reserveNow } from './reservation.js';
import * as smartCharging from './smart-charging.js';
import { triggerMessage } from './trigger.js';
import { getVariables, setVariables } from './variables.js';
import { clearCache, dataTransfer } from './vendor-and-cache.js';

/** The request has passed the official schema, so a handler states what it reads of it. */
export type Handler201 = (charger: Charger201, request: never) => Answer | Promise<Answer>;

/** Everything the central system may ask of a charger that speaks OCPP 2.0.1 or 2.1. */
export const handlers201: Readonly<Record<string, Handler201>> = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificates.certificateSigned,
  ChangeAvailability: remote.changeAvailability,
  ClearCache: clearCache,
  ClearChargingProfile: smartCharging.clearChargingProfile,
  ClearDisplayMessage: display.clearDisplayMessage,
  ClearVariableMonitoring: monitoring.clearVariableMonitoring,
  CostUpdated: display.costUpdated,
  CustomerInformation: customerInformation,
  DataTransfer: dataTransfer,
  DeleteCertificate: certificates.deleteCertificate,
  GetBaseReport: getBaseReport,
  GetChargingProfiles: smartCharging.getChargingProfiles,
  GetCompositeSchedule: smartCharging.getCompositeSchedule,
  GetDisplayMessages: display.getDisplayMessages,
  GetInstalledCertificateIds: certificates.getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: getLog,
  GetMonitoringReport: monitoring.getMonitoringReport,
  GetReport: getReport,
  GetTransactionStatus: remote.getTransactionStatus,
  GetVariables: getVariables,
  InstallCertificate: certificates.installCertificate,
  PublishFirmware: firmware.publishFirmware,
  RequestStartTransaction: remote.requestStart,
  RequestStopTransaction: remote.requestStop,
  ReserveNow: reserveNow,
  Reset: remote.reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: smartCharging.setChargingProfile,
  SetDisplayMessage: display.setDisplayMessage,
  SetMonitoringBase: monitoring.setMonitoringBase,
  SetMonitoringLevel: monitoring.setMonitoringLevel,
  SetNetworkProfile: setNetworkProfile,
  SetVariableMonitoring: monitoring.setVariableMonitoring,
  SetVariables: setVariables,
  TriggerMessage: triggerMessage,
  UnlockConnector: remote.unlockConnector,
  UnpublishFirmware: firmware.unpublishFirmware,
  UpdateFirmware: firmware.updateFirmware,
};
