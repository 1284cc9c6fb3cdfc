import type { Answer } from '../protocol.js';
import * as certificates from './certificates.js';
import type { Charger16 } from './charger16.js';
import * as core from './core.js';
import * as firmware from './firmware.js';
import { getLocalListVersion, sendLocalList } from './local-list.js';
import * as logs from './logs.js';
import { remoteStart, remoteStop } from './remote-control.js';
import { cancelReservation, reserveNow } from './reservation.js';
import * as smartCharging from './smart-charging.js';
import { triggerMessage, extendedTriggerMessage } from './trigger.js';

/** The request has passed the official schema, so a handler states what it reads of it. */
export type Handler16 = (charger: Charger16, request: never) => Answer | Promise<Answer>;

/** Everything the central system may ask of a charger that speaks OCPP 1.6 (chapter 5 and the security whitepaper). */
export const handlers16: Readonly<Record<string, Handler16>> = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificates.certificateSigned,
  ChangeAvailability: core.changeAvailability,
  ChangeConfiguration: core.changeConfiguration,
  ClearCache: core.clearCache,
  ClearChargingProfile: smartCharging.clearChargingProfile,
  DataTransfer: core.dataTransfer,
  DeleteCertificate: certificates.deleteCertificate,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: smartCharging.getCompositeSchedule,
  GetConfiguration: core.getConfiguration,
  GetDiagnostics: logs.getDiagnostics,
  GetInstalledCertificateIds: certificates.getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: logs.getLog,
  InstallCertificate: certificates.installCertificate,
  RemoteStartTransaction: remoteStart,
  RemoteStopTransaction: remoteStop,
  ReserveNow: reserveNow,
  Reset: core.reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: smartCharging.setChargingProfile,
  SignedUpdateFirmware: firmware.signedUpdateFirmware,
  TriggerMessage: triggerMessage,
  UnlockConnector: core.unlockConnector,
  UpdateFirmware: firmware.updateFirmware,
};
