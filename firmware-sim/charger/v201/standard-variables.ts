import { knownMeasurands } from '../meter-readings.js';
import type { Station } from '../station.js';
import type { Characteristics, ModelVariable, SetStatus } from './device-model.js';
import { outletVariables } from './outlet-variables.js';

type Kind = Omit<Characteristics, 'supportsMonitoring'>;

const whole = (unit: string | null): Kind => ({
  dataType: 'integer',
  minLimit: 0,
  ...(unit !== null && { unit }),
});
const seconds = whole('s');
const truth: Kind = { dataType: 'boolean' };
const text = (maxLimit: number): Kind => ({ dataType: 'string', maxLimit });
const members = (valuesList: string): Kind => ({ dataType: 'MemberList', valuesList });
const measurands = members(knownMeasurands.join(','));
const txPoints = 'EVConnected,Authorized,PowerPathClosed';

/** Component, variable, instance, kind and the configuration key that holds the value, shared with OCPP 1.6. */
const fromConfiguration: readonly (readonly [string, string, string | null, Kind, string])[] = [
  ['OCPPCommCtrlr', 'HeartbeatInterval', null, seconds, 'HeartbeatInterval'],
  ['OCPPCommCtrlr', 'WebSocketPingInterval', null, seconds, 'WebSocketPingInterval'],
  ['OCPPCommCtrlr', 'MessageAttempts', 'TransactionEvent', whole(null), 'TransactionMessageAttempts'],
  ['OCPPCommCtrlr', 'MessageAttemptInterval', 'TransactionEvent', seconds, 'TransactionMessageRetryInterval'],
  ['OCPPCommCtrlr', 'UnlockOnEVSideDisconnect', null, truth, 'UnlockConnectorOnEVSideDisconnect'],
  ['NetworkCtrlr', 'NetworkMedium', null, members('wifi,mobile,ethernet'), 'NetworkMedium'],
  ['NetworkCtrlr', 'NetworkSsid', null, text(32), 'NetworkSsid'],
  ['AuthCtrlr', 'AuthorizeRemoteStart', null, truth, 'AuthorizeRemoteTxRequests'],
  ['AuthCtrlr', 'LocalAuthorizeOffline', null, truth, 'LocalAuthorizeOffline'],
  ['AuthCtrlr', 'LocalPreAuthorize', null, truth, 'LocalPreAuthorize'],
  ['AuthCtrlr', 'OfflineTxForUnknownIdEnabled', null, truth, 'AllowOfflineTxForUnknownId'],
  ['AuthCacheCtrlr', 'Enabled', null, truth, 'AuthorizationCacheEnabled'],
  ['LocalAuthListCtrlr', 'Enabled', null, truth, 'LocalAuthListEnabled'],
  ['TxCtrlr', 'EVConnectionTimeOut', null, seconds, 'ConnectionTimeOut'],
  ['TxCtrlr', 'StopTxOnEVSideDisconnect', null, truth, 'StopTransactionOnEVSideDisconnect'],
  ['TxCtrlr', 'StopTxOnInvalidId', null, truth, 'StopTransactionOnInvalidId'],
  ['SampledDataCtrlr', 'TxUpdatedInterval', null, seconds, 'MeterValueSampleInterval'],
  ['SampledDataCtrlr', 'TxUpdatedMeasurands', null, measurands, 'MeterValuesSampledData'],
  ['AlignedDataCtrlr', 'Interval', null, seconds, 'ClockAlignedDataInterval'],
  ['AlignedDataCtrlr', 'Measurands', null, measurands, 'MeterValuesAlignedData'],
  ['SecurityCtrlr', 'OrganizationName', null, text(100), 'CpoName'],
  [
    'StatusLight',
    'Brightness',
    null,
    { dataType: 'integer', minLimit: 0, maxLimit: 100, unit: '%' },
    'LightIntensity',
  ],
];

/** Settings that only OCPP 2.0.1 knows, with their value from the factory. */
const own: readonly (readonly [string, string, string | null, Kind, string])[] = [
  ['OCPPCommCtrlr', 'OfflineThreshold', null, seconds, '60'],
  ['OCPPCommCtrlr', 'ResetRetries', null, whole(null), '1'],
  ['OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', null, whole(null), '2'],
  ['TxCtrlr', 'TxStartPoint', null, members(txPoints), 'PowerPathClosed'],
  ['TxCtrlr', 'TxStopPoint', null, members(txPoints), 'PowerPathClosed'],
  ['SampledDataCtrlr', 'TxStartedMeasurands', null, measurands, 'Energy.Active.Import.Register'],
  ['SampledDataCtrlr', 'TxEndedMeasurands', null, measurands, 'Energy.Active.Import.Register'],
  ['SampledDataCtrlr', 'TxEndedInterval', null, seconds, '0'],
  ['MonitoringCtrlr', 'Enabled', null, truth, 'true'],
  [
    'SmartChargingCtrlr',
    'LimitChangeSignificance',
    null,
    { dataType: 'decimal', minLimit: 0, maxLimit: 100, unit: 'Percent' },
    '10',
  ],
  ['ClockCtrlr', 'TimeZone', null, text(50), 'UTC'],
];

/** What can be read and never set. */
const fixed: readonly (readonly [string, string, string | null, Kind, string])[] = [
  ['OCPPCommCtrlr', 'MessageTimeout', 'Default', seconds, '30'],
  ['OCPPCommCtrlr', 'FileTransferProtocols', null, members('HTTP,HTTPS'), 'HTTP,HTTPS'],
  ['AuthCtrlr', 'Enabled', null, truth, 'true'],
  ['AuthCacheCtrlr', 'Available', null, truth, 'true'],
  ['LocalAuthListCtrlr', 'Available', null, truth, 'true'],
  ['LocalAuthListCtrlr', 'ItemsPerMessage', null, whole(null), '50'],
  ['LocalAuthListCtrlr', 'BytesPerMessage', null, whole('B'), '65536'],
  ['SampledDataCtrlr', 'Enabled', null, truth, 'true'],
  ['AlignedDataCtrlr', 'Enabled', null, truth, 'true'],
  ['SecurityCtrlr', 'AdditionalRootCertificateCheck', null, truth, 'false'],
  ['SecurityCtrlr', 'MaxCertificateChainSize', null, whole('B'), '10000'],
  ['SmartChargingCtrlr', 'Enabled', null, truth, 'true'],
  ['SmartChargingCtrlr', 'ProfileStackLevel', null, whole(null), '10'],
  ['SmartChargingCtrlr', 'RateUnit', null, members('A,W'), 'A,W'],
  ['SmartChargingCtrlr', 'PeriodsPerSchedule', null, whole(null), '24'],
  ['ReservationCtrlr', 'Enabled', null, truth, 'true'],
  ['ReservationCtrlr', 'Available', null, truth, 'true'],
  ['ReservationCtrlr', 'NonEvseSpecific', null, truth, 'true'],
  ['ClockCtrlr', 'TimeSource', null, { dataType: 'SequenceList' }, 'Heartbeat'],
  ['DeviceDataCtrlr', 'ItemsPerMessage', 'GetReport', whole(null), '20'],
  ['DeviceDataCtrlr', 'ItemsPerMessage', 'GetVariables', whole(null), '50'],
  ['DeviceDataCtrlr', 'ItemsPerMessage', 'SetVariables', whole(null), '50'],
  ['DeviceDataCtrlr', 'BytesPerMessage', 'GetReport', whole('B'), '65536'],
  ['DeviceDataCtrlr', 'BytesPerMessage', 'GetVariables', whole('B'), '65536'],
  ['DeviceDataCtrlr', 'BytesPerMessage', 'SetVariables', whole('B'), '65536'],
  ['MonitoringCtrlr', 'Available', null, truth, 'true'],
  ['MonitoringCtrlr', 'ItemsPerMessage', 'SetVariableMonitoring', whole(null), '20'],
  ['MonitoringCtrlr', 'BytesPerMessage', 'SetVariableMonitoring', whole('B'), '65536'],
  ['DisplayMessageCtrlr', 'Available', null, truth, 'true'],
  ['DisplayMessageCtrlr', 'SupportedFormats', null, members('ASCII,UTF8,URI'), 'ASCII,UTF8,URI'],
  [
    'DisplayMessageCtrlr',
    'SupportedPriorities',
    null,
    members('AlwaysFront,InFront,NormalCycle'),
    'AlwaysFront,InFront,NormalCycle',
  ],
];

const named = (component: string, variable: string, instance: string | null) => ({
  component: { name: component },
  variable: { name: variable, ...(instance !== null && { instance }) },
});

export function settable(
  [component, variable, instance, kind]: readonly [string, string, string | null, Kind],
  read: () => string,
  write: (value: string) => SetStatus,
): ModelVariable {
  const characteristics = { ...kind, supportsMonitoring: kind.dataType === 'integer' };
  return { ...named(component, variable, instance), characteristics, mutability: 'ReadWrite', read, write };
}

export function readable(
  [component, variable, instance, kind]: readonly [string, string, string | null, Kind],
  read: () => string,
): ModelVariable {
  const characteristics = { ...kind, supportsMonitoring: false };
  return {
    ...named(component, variable, instance),
    characteristics,
    mutability: 'ReadOnly',
    read,
    write: null,
  };
}

/** The station's variables of the standard's own components; the outlets' hardware comes from outlet-variables. */
export function standardVariables(station: Station): ModelVariable[] {
  const { configuration, options } = station;
  const change = (key: string, value: string): SetStatus =>
    configuration.change(key, value) === 'Accepted' ? 'Accepted' : 'Rejected';
  const values = new Map<string, string>();
  const password: ModelVariable = {
    ...named('SecurityCtrlr', 'BasicAuthPassword', null),
    characteristics: { dataType: 'string', maxLimit: 40, supportsMonitoring: false },
    mutability: 'WriteOnly',
    read: () => '',
    write: (value) => change('AuthorizationKey', value),
  };
  const passphrase: ModelVariable = {
    ...named('NetworkCtrlr', 'NetworkPassphrase', null),
    characteristics: { dataType: 'string', maxLimit: 63, supportsMonitoring: false },
    mutability: 'WriteOnly',
    read: () => '',
    write: (value) => change('NetworkPassphrase', value),
  };
  const live: readonly (readonly [string, string, Kind, () => string])[] = [
    ['ChargingStation', 'Model', text(50), () => 'Simulated Charger'],
    ['ChargingStation', 'VendorName', text(50), () => 'Busbar'],
    ['ChargingStation', 'SerialNumber', text(25), () => options.identity.slice(0, 25)],
    ['ChargingStation', 'FirmwareVersion', text(50), () => station.firmwareVersion],
    ['SecurityCtrlr', 'Identity', text(48), () => options.identity],
    ['SecurityCtrlr', 'SecurityProfile', whole(null), () => configuration.value('SecurityProfile')],
    ['LocalAuthListCtrlr', 'Entries', { ...whole(null), maxLimit: 50 }, () => String(station.localList.size)],
    ['AuthCacheCtrlr', 'Storage', { ...whole(null), maxLimit: 100 }, () => String(station.cache.size)],
    ['ClockCtrlr', 'DateTime', { dataType: 'dateTime' }, () => station.timestamp()],
  ];
  return [
    ...outletVariables(station),
    ...fromConfiguration.map(([component, variable, instance, kind, key]) =>
      settable(
        [component, variable, instance, kind],
        () => configuration.value(key),
        (value) => change(key, value),
      ),
    ),
    ...own.map(([component, variable, instance, kind, factoryValue]) => {
      const key = `${component}.${variable}`;
      return settable(
        [component, variable, instance, kind],
        () => values.get(key) ?? factoryValue,
        (value) => {
          values.set(key, value);
          return 'Accepted';
        },
      );
    }),
    ...fixed.map(([component, variable, instance, kind, value]) =>
      readable([component, variable, instance, kind], () => value),
    ),
    ...live.map(([component, variable, kind, read]) => readable([component, variable, null, kind], read)),
    password,
    passphrase,
  ];
}
