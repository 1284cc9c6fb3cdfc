import type { Component, ConnectorStatusName, Variable } from './payloads.js';
import type {
  EventData,
  NotifyMonitoringReportRequest,
  NotifyReportRequest,
  VariableAttribute,
} from './report-payloads.js';
import { variableKey } from './variable-key.js';

/** Places beyond this are no EVSE or connector of any station; the schema allows every integer. */
const farthestPlace = 32_767;

const isPlace = ({ evse }: Component): boolean =>
  evse === undefined ||
  (evse.id >= 0 &&
    evse.id <= farthestPlace &&
    (evse.connectorId ?? 0) >= 0 &&
    (evse.connectorId ?? 0) <= farthestPlace);

const placeOf = (component: Component, variable: Variable) => ({
  component: component.name,
  componentInstance: component.instance ?? '',
  evse: component.evse?.id ?? 0,
  connector: component.evse?.connectorId ?? 0,
  variable: variable.name,
  variableInstance: variable.instance ?? '',
});

const unknownCharacteristics = {
  mutability: null,
  persistent: null,
  constant: null,
  unit: null,
  dataType: null,
  minimum: null,
  maximum: null,
  valuesList: null,
  supportsMonitoring: null,
};

/** What may only be written is a secret, such as BasicAuthPassword: a station that tells it all the same is not believed. */
const valueOf = ({ mutability, value }: VariableAttribute): string | null =>
  mutability === 'WriteOnly' ? null : (value ?? null);

/** The attributes one part of a report tells (OCPP 2.0.1 B07); absent type, mutability and flags mean what the schema says. */
export function reportedVariables({ reportData }: NotifyReportRequest) {
  return (reportData ?? [])
    .filter(({ component }) => isPlace(component))
    .flatMap(({ component, variable, variableAttribute, variableCharacteristics }) =>
      variableAttribute.map((attribute) => ({
        ...placeOf(component, variable),
        attribute: attribute.type ?? 'Actual',
        value: valueOf(attribute),
        mutability: attribute.mutability ?? 'ReadWrite',
        persistent: attribute.persistent ?? false,
        constant: attribute.constant ?? false,
        unit: variableCharacteristics?.unit ?? null,
        dataType: variableCharacteristics?.dataType ?? null,
        minimum: variableCharacteristics?.minLimit ?? null,
        maximum: variableCharacteristics?.maxLimit ?? null,
        valuesList: variableCharacteristics?.valuesList ?? null,
        supportsMonitoring: variableCharacteristics?.supportsMonitoring ?? null,
      })),
    );
}

/** Values that events tell of their variables (OCPP 2.0.1 N07, N08). */
export const changedVariables = (events: readonly EventData[]) =>
  events
    .filter(({ component }) => isPlace(component))
    .map(({ component, variable, actualValue }) => ({
      ...placeOf(component, variable),
      ...unknownCharacteristics,
      attribute: 'Actual',
      value: actualValue,
    }));

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The monitors one part of a report tells (OCPP 2.0.1 N02). */
export const reportedMonitors = ({ monitor }: NotifyMonitoringReportRequest) =>
  (monitor ?? []).flatMap((entry) =>
    entry.variableMonitoring.map(({ id, type, value, severity, transaction }) => ({
      monitorId: clamp(id, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      variableKey: variableKey(entry),
      type,
      value,
      severity: clamp(severity, 0, 9),
      onlyInTransaction: transaction,
    })),
  );

const statusNames: ReadonlySet<string> = new Set<ConnectorStatusName>([
  'Available',
  'Occupied',
  'Reserved',
  'Unavailable',
  'Faulted',
]);

/** The connector's status when an event tells it: OCPP 2.1 G01 prefers this to StatusNotification. */
export function connectorStatusIn({ component, variable, actualValue }: EventData): {
  readonly evse: number;
  readonly connector: number;
  readonly status: ConnectorStatusName;
} | null {
  const { evse } = component;
  if (component.name !== 'Connector' || variable.name !== 'AvailabilityState') return null;
  if (evse?.connectorId === undefined || !statusNames.has(actualValue)) return null;
  if (evse.id < 0 || evse.id > 255 || evse.connectorId < 0 || evse.connectorId > 255) return null;
  return { evse: evse.id, connector: evse.connectorId, status: actualValue as ConnectorStatusName };
}
