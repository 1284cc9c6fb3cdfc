/** OCPP 2.0.1 data types that several message groups share, as far as the charger reads or writes them. */
export interface IdToken {
  readonly idToken: string;
  readonly type: string;
}
export interface IdTokenInfo {
  readonly status: string;
  readonly cacheExpiryDateTime?: string;
  readonly groupIdToken?: IdToken;
}
export interface Evse {
  readonly id: number;
  readonly connectorId?: number;
}
export interface ComponentName {
  readonly name: string;
  readonly instance?: string;
  readonly evse?: Evse;
}
export interface VariableName {
  readonly name: string;
  readonly instance?: string;
}
export interface StatusInfo {
  readonly reasonCode: string;
  readonly additionalInfo?: string;
}
export interface ChargingSchedulePeriod201 {
  readonly startPeriod: number;
  readonly limit: number;
  readonly numberPhases?: number;
}
export interface ChargingSchedule201 {
  readonly id: number;
  readonly startSchedule?: string;
  readonly duration?: number;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly ChargingSchedulePeriod201[];
}
export type ProfilePurpose201 =
  'ChargingStationExternalConstraints' | 'ChargingStationMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
export interface ChargingProfile201 {
  readonly id: number;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: ProfilePurpose201;
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly transactionId?: string;
  readonly chargingSchedule: readonly ChargingSchedule201[];
}

/** Why something was refused, in at most 20 characters (a reason code) and a sentence. */
export const refusal = (reasonCode: string, additionalInfo: string): { readonly statusInfo: StatusInfo } => ({
  statusInfo: { reasonCode, additionalInfo },
});

/** Every outlet of the simulated station is an EVSE of its own with one connector. */
export const onlyConnectorId = 1;
