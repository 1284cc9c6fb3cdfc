/** Requests a station sends, as the schemas have proven them (OCPP 2.0.1 part 2, 1; OCPP 2.1 only adds to them). */
export interface Evse {
  readonly id: number;
  readonly connectorId?: number;
}
export interface IdToken {
  readonly idToken: string;
  readonly type: string;
}
export interface Component {
  readonly name: string;
  readonly instance?: string;
  readonly evse?: Evse;
}
export interface Variable {
  readonly name: string;
  readonly instance?: string;
}
export interface SampledValue {
  readonly value: number;
  readonly context?: string;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unitOfMeasure?: { readonly unit?: string; readonly multiplier?: number };
}
export interface MeterValue {
  readonly timestamp: string;
  readonly sampledValue: readonly SampledValue[];
}
export type ConnectorStatusName = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';
export type ChargingStateName = 'Charging' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Idle';

export interface AuthorizeRequest {
  readonly idToken: IdToken;
  readonly certificate?: string;
  readonly iso15118CertificateHashData?: readonly object[];
}
export interface BootNotificationRequest {
  readonly reason: string;
  readonly chargingStation: {
    readonly vendorName: string;
    readonly model: string;
    readonly serialNumber?: string;
    readonly firmwareVersion?: string;
  };
}
export interface StatusNotificationRequest {
  readonly timestamp: string;
  readonly connectorStatus: ConnectorStatusName;
  readonly evseId: number;
  readonly connectorId: number;
}
export interface MeterValuesRequest {
  readonly evseId: number;
  readonly meterValue: readonly MeterValue[];
}
export interface TransactionEventRequest {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly timestamp: string;
  readonly triggerReason: string;
  readonly seqNo: number;
  readonly offline?: boolean;
  readonly meterValue?: readonly MeterValue[];
  readonly evse?: Evse;
  readonly reservationId?: number;
  readonly idToken?: IdToken;
  readonly transactionInfo: {
    readonly transactionId: string;
    readonly chargingState?: ChargingStateName;
    readonly stoppedReason?: string;
    readonly remoteStartId?: number;
  };
}
