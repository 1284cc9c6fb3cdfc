import type { Component, Variable } from './payloads.js';
import { variableKey } from './variable-key.js';

interface VariableResult {
  readonly attributeStatus: string;
  readonly attributeType?: string;
  readonly attributeValue?: string;
  readonly component: Component;
  readonly variable: Variable;
}

/** Statuses that agree although they are not `Accepted`, by action; an empty result is an answer, not a refusal. */
const agreeing: Readonly<Record<string, readonly string[]>> = {
  ChangeAvailability: ['Scheduled'],
  GetBaseReport: ['EmptyResultSet'],
  GetChargingProfiles: ['NoProfiles'],
  GetInstalledCertificateIds: ['NotFound'],
  GetLog: ['AcceptedCanceled'],
  GetMonitoringReport: ['EmptyResultSet'],
  GetReport: ['EmptyResultSet'],
  Reset: ['Scheduled'],
  UnlockConnector: ['Unlocked'],
  UnpublishFirmware: ['Unpublished'],
  UpdateFirmware: ['AcceptedCanceled'],
};

type Statuses = readonly unknown[];

const fieldOf = (answer: unknown, field: string): unknown =>
  (answer as Readonly<Record<string, unknown>> | null)?.[field];

const statusesIn = (answer: unknown, list: string, field: string): Statuses => {
  const results = fieldOf(answer, list);
  return Array.isArray(results) ? results.map((result: unknown) => fieldOf(result, field)) : [];
};

const every = (statuses: Statuses, good: readonly string[]): boolean =>
  statuses.length > 0 && statuses.every((status) => good.includes(String(status)));

/** Answers that agree item by item. Several variables are one wish: it is fulfilled only as a whole, but read in part. */
const byItem: Readonly<Record<string, (answer: unknown) => boolean>> = {
  GetVariables: (answer) =>
    statusesIn(answer, 'getVariableResult', 'attributeStatus').some((status) => status === 'Accepted'),
  SetVariables: (answer) =>
    every(statusesIn(answer, 'setVariableResult', 'attributeStatus'), ['Accepted', 'RebootRequired']),
  SetVariableMonitoring: (answer) => every(statusesIn(answer, 'setMonitoringResult', 'status'), ['Accepted']),
  ClearVariableMonitoring: (answer) =>
    every(statusesIn(answer, 'clearMonitoringResult', 'status'), ['Accepted']),
};

/** Whether a station's answer to `action` agrees. An answer without status (GetTransactionStatus, CostUpdated) does. */
export function commandOutcome(action: string, answer: unknown): 'accepted' | 'rejected' {
  const judge = Object.hasOwn(byItem, action) ? byItem[action] : undefined;
  if (judge) return judge(answer) ? 'accepted' : 'rejected';
  const status = fieldOf(answer, 'status');
  const also = Object.hasOwn(agreeing, action) ? agreeing[action] : undefined;
  const agrees =
    status === undefined || status === 'Accepted' || also?.some((other) => other === status) === true;
  return agrees ? 'accepted' : 'rejected';
}

/** The values a GetVariables answer lists, by the keys of variable-key.ts; what the station did not give is left out. */
export function configurationValues(answer: unknown): Readonly<Record<string, string>> {
  const results = fieldOf(answer, 'getVariableResult');
  const list = (Array.isArray(results) ? results : []) as VariableResult[];
  return Object.fromEntries(
    list.flatMap((result) =>
      result.attributeStatus === 'Accepted' &&
      (result.attributeType ?? 'Actual') === 'Actual' &&
      typeof result.attributeValue === 'string'
        ? [[variableKey(result), result.attributeValue] as const]
        : [],
    ),
  );
}
