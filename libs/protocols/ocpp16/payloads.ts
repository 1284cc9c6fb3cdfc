import type { ConnectorStatus } from '#libs/devices/device-event.js';

/** Requests a charger sends, as the schemas in schema.ts have proven them (OCPP 1.6 chapter 6). */
export interface AuthorizeRequest {
  readonly idTag: string;
}
export interface BootNotificationRequest {
  readonly chargePointVendor: string;
  readonly chargePointModel: string;
  readonly chargePointSerialNumber?: string;
  readonly chargeBoxSerialNumber?: string;
  readonly firmwareVersion?: string;
}
export interface DataTransferRequest {
  readonly vendorId: string;
  readonly messageId?: string;
  readonly data?: string;
}
export interface SampledValue {
  readonly value: string;
  readonly context?: string;
  readonly format?: 'Raw' | 'SignedData';
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unit?: string;
}
export interface MeterValue {
  readonly timestamp: string;
  readonly sampledValue: readonly SampledValue[];
}
export interface MeterValuesRequest {
  readonly connectorId: number;
  readonly transactionId?: number;
  readonly meterValue: readonly MeterValue[];
}
export interface StartTransactionRequest {
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStart: number;
  readonly reservationId?: number;
  readonly timestamp: string;
}
export interface StatusNotificationRequest {
  readonly connectorId: number;
  readonly errorCode: string;
  readonly status: ConnectorStatus;
  readonly info?: string;
  readonly timestamp?: string;
  readonly vendorErrorCode?: string;
}
export interface StopTransactionRequest {
  readonly transactionId: number;
  readonly idTag?: string;
  readonly timestamp: string;
  readonly meterStop: number;
  readonly reason?: string;
  readonly transactionData?: readonly MeterValue[];
}

/** Messages of the OCPP 1.6 Security Whitepaper (edition 3, chapter 4). */
export interface SecurityEventNotificationRequest {
  readonly type: string;
  readonly timestamp: string;
  readonly techInfo?: string;
}
export interface LogStatusNotificationRequest {
  readonly status: string;
  readonly requestId?: number;
}
export interface SignedFirmwareStatusNotificationRequest {
  readonly status: string;
  readonly requestId?: number;
}
