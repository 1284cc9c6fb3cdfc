import type { Component, Variable } from './payloads.js';

/** Reports and events of a station, as the schemas have proven them (OCPP 2.0.1 B07, N07, N08, K09, O03). */
export interface VariableAttribute {
  readonly type?: string;
  readonly value?: string;
  readonly mutability?: string;
  readonly persistent?: boolean;
  readonly constant?: boolean;
}
export interface NotifyReportRequest {
  readonly requestId: number;
  readonly generatedAt: string;
  readonly tbc?: boolean;
  readonly seqNo: number;
  readonly reportData?: readonly {
    readonly component: Component;
    readonly variable: Variable;
    readonly variableAttribute: readonly VariableAttribute[];
    readonly variableCharacteristics?: {
      readonly unit?: string;
      readonly dataType: string;
      readonly minLimit?: number;
      readonly maxLimit?: number;
      readonly valuesList?: string;
      readonly supportsMonitoring: boolean;
    };
  }[];
}
export interface NotifyMonitoringReportRequest {
  readonly requestId: number;
  readonly generatedAt: string;
  readonly tbc?: boolean;
  readonly seqNo: number;
  readonly monitor?: readonly {
    readonly component: Component;
    readonly variable: Variable;
    readonly variableMonitoring: readonly {
      readonly id: number;
      readonly transaction: boolean;
      readonly value: number;
      readonly type: string;
      readonly severity: number;
    }[];
  }[];
}
export interface EventData {
  readonly eventId: number;
  readonly timestamp: string;
  readonly trigger: 'Alerting' | 'Delta' | 'Periodic';
  readonly actualValue: string;
  readonly techCode?: string;
  readonly techInfo?: string;
  readonly cleared?: boolean;
  readonly transactionId?: string;
  readonly component: Component;
  readonly variable: Variable;
  readonly variableMonitoringId?: number;
  readonly eventNotificationType: string;
  /** OCPP 2.1. */
  readonly severity?: number;
}
export interface NotifyEventRequest {
  readonly generatedAt: string;
  readonly tbc?: boolean;
  readonly seqNo: number;
  readonly eventData: readonly EventData[];
}
export interface NotifyCustomerInformationRequest {
  readonly requestId: number;
  readonly data: string;
  readonly tbc?: boolean;
  readonly seqNo: number;
}
export interface NotifyDisplayMessagesRequest {
  readonly requestId: number;
  readonly tbc?: boolean;
  readonly messageInfo?: readonly { readonly id: number }[];
}
export interface ReportChargingProfilesRequest {
  readonly requestId: number;
  readonly chargingLimitSource: string;
  readonly evseId: number;
  readonly tbc?: boolean;
  readonly chargingProfile: readonly { readonly id: number }[];
}
