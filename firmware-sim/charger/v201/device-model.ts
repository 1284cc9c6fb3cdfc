import type { ComponentName, VariableName } from './types.js';

export type SetStatus = 'Accepted' | 'Rejected' | 'RebootRequired';

export interface Characteristics {
  readonly dataType:
    'string' | 'decimal' | 'integer' | 'dateTime' | 'boolean' | 'OptionList' | 'SequenceList' | 'MemberList';
  readonly unit?: string;
  readonly minLimit?: number;
  readonly maxLimit?: number;
  readonly valuesList?: string;
  readonly supportsMonitoring: boolean;
}

/** One variable of one component (OCPP 2.0.1 part 1, chapter 4; part 2, appendix 3). */
export interface ModelVariable {
  readonly component: ComponentName;
  readonly variable: VariableName;
  readonly characteristics: Characteristics;
  readonly mutability: 'ReadOnly' | 'WriteOnly' | 'ReadWrite';
  readonly read: () => string;
  /** Receives values that fit the characteristics. Null: it cannot be set. */
  readonly write: ((value: string) => SetStatus) | null;
}

export type Found = ModelVariable | 'UnknownComponent' | 'UnknownVariable';

/** Everything that can be asked of the station and set in it, by component and variable. */
export class DeviceModel {
  constructor(readonly variables: readonly ModelVariable[]) {}

  /** Names are compared without regard to case (part 2, 1.4). */
  find(component: ComponentName, variable: VariableName): Found {
    const siblings = this.variables.filter((candidate) => isComponent(candidate.component, component));
    if (siblings.length === 0) return 'UnknownComponent';
    return siblings.find((candidate) => isVariable(candidate.variable, variable)) ?? 'UnknownVariable';
  }

  set(variable: ModelVariable, value: string): SetStatus {
    if (!variable.write || !fits(variable.characteristics, value)) return 'Rejected';
    return variable.write(value);
  }
}

/** A pattern without evse or instance is meant literally: the station's own component. */
export function isComponent(component: ComponentName, pattern: ComponentName): boolean {
  return (
    same(component.name, pattern.name) &&
    same(component.instance, pattern.instance) &&
    component.evse?.id === pattern.evse?.id &&
    component.evse?.connectorId === pattern.evse?.connectorId
  );
}

export function isVariable(variable: VariableName, pattern: VariableName): boolean {
  return same(variable.name, pattern.name) && same(variable.instance, pattern.instance);
}

const same = (a: string | undefined, b: string | undefined): boolean =>
  (a ?? '').toLowerCase() === (b ?? '').toLowerCase();

/** B05.FR.08 and .11: a value outside its type, limits or list is rejected. */
export function fits({ dataType, minLimit, maxLimit, valuesList }: Characteristics, value: string): boolean {
  const allowed = valuesList?.split(',') ?? null;
  switch (dataType) {
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'integer':
    case 'decimal': {
      const shape = dataType === 'integer' ? /^-?\d{1,9}$/ : /^-?\d{1,9}(\.\d{1,6})?$/;
      const number = Number(value);
      return shape.test(value) && number >= (minLimit ?? -Infinity) && number <= (maxLimit ?? Infinity);
    }
    case 'dateTime':
      return !Number.isNaN(Date.parse(value));
    case 'OptionList':
      return allowed === null || allowed.includes(value);
    case 'SequenceList':
    case 'MemberList': {
      const members = value === '' ? [] : value.split(',');
      return (
        new Set(members).size === members.length &&
        (allowed === null || members.every((one) => allowed.includes(one)))
      );
    }
    case 'string':
      return value.length <= (maxLimit ?? 1_000);
  }
}
