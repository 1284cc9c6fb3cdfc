import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import { isComponent, isVariable, type ModelVariable } from './device-model.js';
import type { ComponentName, VariableName } from './types.js';

const itemsPerMessage = 20;

/** OCPP 2.0.1 B07. */
export function getBaseReport(
  charger: Charger201,
  request: { readonly requestId: number; readonly reportBase: string },
): Answer {
  const chosen = charger.model.variables.filter((variable) => inBase(request.reportBase, variable));
  return send(charger, request.requestId, chosen);
}

function inBase(base: string, { mutability, variable }: ModelVariable): boolean {
  if (base === 'FullInventory') return true;
  if (base === 'ConfigurationInventory') return mutability !== 'ReadOnly';
  return ['AvailabilityState', 'Available', 'Problem'].includes(variable.name);
}

export interface ComponentSelection {
  readonly component: ComponentName;
  readonly variable?: VariableName;
}

interface ReportRequest {
  readonly requestId: number;
  readonly componentCriteria?: readonly string[];
  readonly componentVariable?: readonly ComponentSelection[];
}

/** OCPP 2.0.1 B08. A component that lacks the criterion's variable counts as if it were true (B08.FR.07). */
export function getReport(charger: Charger201, request: ReportRequest): Answer {
  const { componentCriteria, componentVariable } = request;
  const { variables } = charger.model;
  const meets = ({ component }: ModelVariable): boolean =>
    !componentCriteria ||
    componentCriteria.some((criterion) => {
      const state = variables.find(
        (one) => isComponent(one.component, component) && one.variable.name === criterion,
      );
      return state ? state.read() === 'true' : criterion !== 'Problem';
    });
  const chosen = variables.filter((variable) => meets(variable) && isSelected(variable, componentVariable));
  return send(charger, request.requestId, chosen);
}

/** A selection without an EVSE means the component on every EVSE (B08.FR.20). */
export function isSelected(
  { component, variable }: Pick<ModelVariable, 'component' | 'variable'>,
  selections: readonly ComponentSelection[] | undefined,
): boolean {
  if (!selections) return true;
  return selections.some((wanted) => {
    const pattern = wanted.component.evse ? wanted.component : { ...component, ...wanted.component };
    return isComponent(component, pattern) && (!wanted.variable || isVariable(variable, wanted.variable));
  });
}

function send({ station }: Charger201, requestId: number, chosen: readonly ModelVariable[]): Answer {
  if (chosen.length === 0) return { status: 'EmptyResultSet' };
  station.wire.permit('NotifyReport');
  station.afterAnswer(() => {
    const generatedAt = station.timestamp();
    for (let from = 0, seqNo = 0; from < chosen.length; from += itemsPerMessage, seqNo++) {
      station.say('NotifyReport', {
        requestId,
        generatedAt,
        seqNo,
        tbc: from + itemsPerMessage < chosen.length,
        reportData: chosen.slice(from, from + itemsPerMessage).map(describe),
      });
    }
  });
  return { status: 'Accepted' };
}

function describe({ component, variable, characteristics, mutability, read }: ModelVariable): object {
  const value = mutability === 'WriteOnly' ? {} : { value: read() };
  return {
    component,
    variable,
    variableAttribute: [{ type: 'Actual', ...value, mutability, persistent: true, constant: false }],
    variableCharacteristics: characteristics,
  };
}
