import type { Component, Variable } from './payloads.js';

/** A variable of the device model (OCPP 2.0.1 part 1, 4), which has a name on each of three levels. */
export interface VariablePlace {
  readonly component: Component;
  readonly variable: Variable;
}

const pattern =
  /^(?<component>[^.[\]]+)(?:\[(?<componentInstance>[^\]]+)\])?\.(?<variable>[^[\]@]+)(?:\[(?<variableInstance>[^\]]+)\])?(?:@(?<evse>\d{1,9})(?:\.(?<connector>\d{1,9}))?)?$/;

/**
 * Reads `Component.Variable` or `Component[instance].Variable[instance]@evse.connector`; null when it is not such a key.
 * Lengths are left to the schema.
 */
export function parseVariableKey(key: string): VariablePlace | null {
  const groups = pattern.exec(key)?.groups;
  if (!groups?.['component'] || !groups['variable']) return null;
  const { component, componentInstance, variable, variableInstance, evse, connector } = groups;
  return {
    component: {
      name: component,
      ...(componentInstance === undefined ? {} : { instance: componentInstance }),
      ...(evse === undefined
        ? {}
        : {
            evse: {
              id: Number(evse),
              ...(connector === undefined ? {} : { connectorId: Number(connector) }),
            },
          }),
    },
    variable: {
      name: variable,
      ...(variableInstance === undefined ? {} : { instance: variableInstance }),
    },
  };
}

const instanceOf = ({ instance }: { readonly instance?: string }): string =>
  instance === undefined ? '' : `[${instance}]`;

/** The key that names this variable to people. */
export function variableKey({ component, variable }: VariablePlace): string {
  const { evse } = component;
  const place =
    evse === undefined ? '' : `@${evse.id}${evse.connectorId === undefined ? '' : `.${evse.connectorId}`}`;
  return `${component.name}${instanceOf(component)}.${variable.name}${instanceOf(variable)}${place}`;
}
