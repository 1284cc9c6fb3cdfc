import type { Connector } from '../connector.js';
import type { Station } from '../station.js';
import type { Characteristics, ModelVariable } from './device-model.js';
import { availability } from './availability-state.js';
import { onlyConnectorId, type ComponentName } from './types.js';

const availabilityStates = 'Available,Occupied,Reserved,Unavailable,Faulted';

const row = (
  component: ComponentName,
  name: string,
  characteristics: Omit<Characteristics, 'supportsMonitoring'>,
  monitored: boolean,
  read: () => string,
): ModelVariable => ({
  component,
  variable: { name },
  characteristics: { ...characteristics, supportsMonitoring: monitored },
  mutability: 'ReadOnly',
  read,
  write: null,
});

/** The hardware: the station, its EVSEs and their connectors, as they are at this instant. */
export function outletVariables(station: Station): ModelVariable[] {
  const whole = { name: 'ChargingStation' };
  return [
    row(whole, 'Available', { dataType: 'boolean' }, false, () => String(!station.unavailable)),
    row(whole, 'AvailabilityState', { dataType: 'OptionList', valuesList: availabilityStates }, true, () =>
      station.unavailable ? 'Unavailable' : 'Available',
    ),
    row(whole, 'Problem', { dataType: 'boolean' }, true, () =>
      String(station.connectors.some(({ fault }) => fault !== null)),
    ),
    ...station.connectors.flatMap((connector) => ofOutlet(station, connector)),
  ];
}

function ofOutlet(station: Station, connector: Connector): ModelVariable[] {
  const evse = { name: 'EVSE', evse: { id: connector.number } };
  const plug = { name: 'Connector', evse: { id: connector.number, connectorId: onlyConnectorId } };
  const { limit_A, phases } = connector.hardware;
  const maximum_W = limit_A * phases * connector.voltage_V;
  const states = { dataType: 'OptionList', valuesList: availabilityStates } as const;
  const setRotation = (value: string) =>
    station.configuration.change('ConnectorPhaseRotation', `${connector.number}.${value}`) === 'Accepted'
      ? ('Accepted' as const)
      : ('Rejected' as const);
  const rotation: ModelVariable = {
    ...row(evse, 'PhaseRotation', { dataType: 'string', maxLimit: 3 }, false, () =>
      rotationOf(station, connector),
    ),
    mutability: 'ReadWrite',
    write: setRotation,
  };
  return [
    row(evse, 'Available', { dataType: 'boolean' }, false, () => String(!connector.unavailable)),
    row(evse, 'AvailabilityState', states, true, () => availability(connector)),
    row(evse, 'Problem', { dataType: 'boolean' }, true, () => String(connector.fault !== null)),
    row(evse, 'Power', { dataType: 'decimal', unit: 'W', maxLimit: maximum_W }, true, () =>
      connector.power_W.toFixed(1),
    ),
    row(evse, 'ACCurrent', { dataType: 'decimal', unit: 'A', maxLimit: limit_A }, true, () =>
      (connector.car?.current_A ?? 0).toFixed(2),
    ),
    row(evse, 'SupplyPhases', { dataType: 'integer' }, false, () => String(phases)),
    rotation,
    row(plug, 'Available', { dataType: 'boolean' }, false, () => String(!connector.unavailable)),
    row(plug, 'AvailabilityState', states, true, () => availability(connector)),
    row(plug, 'ConnectorType', { dataType: 'string' }, false, () => 'sType2'),
    row(plug, 'SupplyPhases', { dataType: 'integer' }, false, () => String(phases)),
    row(plug, 'Problem', { dataType: 'boolean' }, true, () => String(connector.fault !== null)),
  ];
}

/** The key of OCPP 1.6 lists rotations as `1.RST`; an outlet it does not name stands as `0.` says. */
function rotationOf(station: Station, connector: Connector): string {
  const listed = station.configuration.value('ConnectorPhaseRotation').split(/,\s*/);
  const of = (number: number): string | undefined =>
    listed.find((entry) => entry.startsWith(`${number}.`))?.split('.')[1];
  return of(connector.number) ?? of(0) ?? 'RST';
}
