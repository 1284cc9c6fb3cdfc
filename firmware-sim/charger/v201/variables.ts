import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import type { ComponentName, VariableName } from './types.js';

interface Named {
  readonly attributeType?: 'Actual' | 'Target' | 'MinSet' | 'MaxSet';
  readonly component: ComponentName;
  readonly variable: VariableName;
}

const echo = ({ attributeType, component, variable }: Named) => ({
  ...(attributeType && { attributeType }),
  component,
  variable,
});

/** OCPP 2.0.1 B06. */
export function getVariables(
  { model }: Charger201,
  request: { readonly getVariableData: readonly Named[] },
): Answer {
  const getVariableResult = request.getVariableData.map((asked) => {
    const found = model.find(asked.component, asked.variable);
    if (typeof found === 'string') return { ...echo(asked), attributeStatus: found };
    if ((asked.attributeType ?? 'Actual') !== 'Actual')
      return { ...echo(asked), attributeStatus: 'NotSupportedAttributeType' };
    // B06.FR.09: what can only be written is not read.
    if (found.mutability === 'WriteOnly') return { ...echo(asked), attributeStatus: 'Rejected' };
    return { ...echo(asked), attributeStatus: 'Accepted', attributeValue: found.read() };
  });
  return { getVariableResult };
}

/** OCPP 2.0.1 B05. */
export function setVariables(
  { model }: Charger201,
  request: { readonly setVariableData: readonly (Named & { readonly attributeValue: string })[] },
): Answer {
  const setVariableResult = request.setVariableData.map((asked) => {
    const found = model.find(asked.component, asked.variable);
    if (typeof found === 'string') return { ...echo(asked), attributeStatus: found };
    if ((asked.attributeType ?? 'Actual') !== 'Actual')
      return { ...echo(asked), attributeStatus: 'NotSupportedAttributeType' };
    return { ...echo(asked), attributeStatus: model.set(found, asked.attributeValue) };
  });
  return { setVariableResult };
}
