import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import type { Monitor, MonitoringBase, MonitorSetting } from './monitors.js';
import { isSelected, type ComponentSelection } from './reports.js';

/** OCPP 2.0.1 N04. */
export function setVariableMonitoring(
  { monitors }: Charger201,
  request: { readonly setMonitoringData: readonly MonitorSetting[] },
): Answer {
  const setMonitoringResult = request.setMonitoringData.map((setting) => {
    const { status, id } = monitors.set(setting);
    const { type, severity, component, variable } = setting;
    return { status, type, severity, component, variable, ...(id !== null && { id }) };
  });
  return { setMonitoringResult };
}

/** OCPP 2.0.1 N06. */
export function clearVariableMonitoring(
  { monitors }: Charger201,
  request: { readonly id: readonly number[] },
): Answer {
  return { clearMonitoringResult: request.id.map((id) => ({ id, status: monitors.clear(id) })) };
}

/** OCPP 2.0.1 N05. */
export function setMonitoringBase(
  { monitors }: Charger201,
  request: { readonly monitoringBase: MonitoringBase },
): Answer {
  monitors.setBase(request.monitoringBase);
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 N03: 0 is the gravest severity, 9 the least. */
export function setMonitoringLevel(
  { monitors }: Charger201,
  { severity }: { readonly severity: number },
): Answer {
  if (severity < 0 || severity > 9) return { status: 'Rejected' };
  monitors.level = severity;
  return { status: 'Accepted' };
}

interface ReportRequest {
  readonly requestId: number;
  readonly monitoringCriteria?: readonly string[];
  readonly componentVariable?: readonly ComponentSelection[];
}

const variablesPerMessage = 10;

/** OCPP 2.0.1 N02: the monitors follow in NotifyMonitoringReport, grouped by variable. */
export function getMonitoringReport({ monitors, station }: Charger201, request: ReportRequest): Answer {
  const { requestId, monitoringCriteria, componentVariable } = request;
  const chosen = monitors.active.filter(
    (monitor) =>
      (monitoringCriteria?.includes(criterionOf(monitor)) ?? true) &&
      isSelected(monitor.target, componentVariable),
  );
  if (chosen.length === 0) return { status: 'EmptyResultSet' };
  const targets = new Set(chosen.map(({ target }) => target));
  const items = [...targets].map((target) => ({
    component: target.component,
    variable: target.variable,
    variableMonitoring: chosen
      .filter((monitor) => monitor.target === target)
      .map(({ id, transaction, value, type, severity, origin }) => ({
        id,
        transaction,
        value,
        type,
        severity,
        ...(station.options.protocol === 'ocpp2.1' && { eventNotificationType: origin }),
      })),
  }));
  station.wire.permit('NotifyMonitoringReport');
  station.afterAnswer(() => {
    const generatedAt = station.timestamp();
    for (let from = 0, seqNo = 0; from < items.length; from += variablesPerMessage, seqNo++) {
      station.say('NotifyMonitoringReport', {
        requestId,
        generatedAt,
        seqNo,
        tbc: from + variablesPerMessage < items.length,
        monitor: items.slice(from, from + variablesPerMessage),
      });
    }
  });
  return { status: 'Accepted' };
}

const criterionOf = ({ type }: Monitor): string => {
  if (type.endsWith('Threshold')) return 'ThresholdMonitoring';
  return type === 'Delta' ? 'DeltaMonitoring' : 'PeriodicMonitoring';
};
