interface Key {
  value: string;
  /** A secret: it can be set and never read. */
  readonly writeOnly?: boolean;
  readonly readonly: boolean;
  readonly accepts: (value: string) => boolean;
}

const fixed = (value: string): Key => ({ value, readonly: true, accepts: () => false });

const wholeNumber = (value: string): boolean => /^\d{1,9}$/.test(value);
const truth = (value: string): boolean => value === 'true' || value === 'false';
const percent = (value: string): boolean => wholeNumber(value) && Number(value) <= 100;
/** 9.1.10: of the whole charger (0) or of connectors it has. */
const rotationOf =
  (connectorCount: number) =>
  (value: string): boolean =>
    value.split(/,\s*/).every((each) => {
      const [, connector, order] = /^(\d{1,3})\.(NotApplicable|Unknown|[RST]{3})$/.exec(each) ?? [];
      return order !== undefined && Number(connector) <= connectorCount;
    });

const writable = (value: string, accepts: (value: string) => boolean): Key => ({
  value,
  readonly: false,
  accepts,
});

const password = (value: string): boolean => /^[\x21-\x7e]{16,40}$/.test(value);
const list = (value: string): boolean => /^[\w.,-]*$/.test(value);
const withinText = (value: string): boolean => value.length <= 500;

const factory = (connectorCount: number, securityProfile: number): [string, Key][] => [
  ['HeartbeatInterval', writable('300', wholeNumber)],
  ['MeterValueSampleInterval', writable('10', wholeNumber)],
  ['ClockAlignedDataInterval', writable('0', wholeNumber)],
  ['AuthorizeRemoteTxRequests', writable('false', truth)],
  ['AuthorizationCacheEnabled', writable('true', truth)],
  ['LocalAuthListEnabled', writable('true', truth)],
  ['LocalAuthorizeOffline', writable('true', truth)],
  ['LocalPreAuthorize', writable('false', truth)],
  ['AllowOfflineTxForUnknownId', writable('true', truth)],
  ['StopTransactionOnInvalidId', writable('true', truth)],
  ['StopTransactionOnEVSideDisconnect', writable('true', truth)],
  ['UnlockConnectorOnEVSideDisconnect', writable('true', truth)],
  ['TransactionMessageAttempts', writable('3', wholeNumber)],
  ['TransactionMessageRetryInterval', writable('5', wholeNumber)],
  ['ConnectionTimeOut', writable('60', wholeNumber)],
  ['WebSocketPingInterval', writable('30', wholeNumber)],
  ['LightIntensity', writable('100', percent)],
  ['ConnectorPhaseRotation', writable('0.RST', rotationOf(connectorCount))],
  ['MeterValuesSampledData', writable(everyMeasurand, list)],
  ['MeterValuesAlignedData', writable('Energy.Active.Import.Register', list)],
  ['CpoName', writable('Busbar', withinText)],
  ['AuthorizationKey', { ...writable('', password), writeOnly: true }],
  ['NetworkMedium', writable('ethernet', (value) => /^(wifi|mobile|ethernet)$/.test(value))],
  ['NetworkSsid', writable('', (value) => value.length <= 32)],
  ['NetworkPassphrase', { ...writable('', (value) => /^[\x20-\x7e]{8,63}$/.test(value)), writeOnly: true }],
  ['SecurityProfile', writable(String(securityProfile), (value) => /^[123]$/.test(value))],
  ['AdditionalRootCertificateCheck', fixed('false')],
  ['CertificateSignedMaxChainSize', fixed('10000')],
  ['CertificateStoreMaxLength', fixed('10')],
  ['NumberOfConnectors', fixed(String(connectorCount))],
  ['GetConfigurationMaxKeys', fixed('50')],
  [
    'SupportedFeatureProfiles',
    fixed('Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger'),
  ],
  ['SupportedFileTransferProtocols', fixed('HTTP,HTTPS')],
  ['LocalAuthListMaxLength', fixed('50')],
  ['SendLocalListMaxLength', fixed('50')],
  ['ReserveConnectorZeroSupported', fixed('true')],
  ['ChargeProfileMaxStackLevel', fixed('10')],
  ['ChargingScheduleAllowedChargingRateUnit', fixed('Current,Power')],
  ['ChargingScheduleMaxPeriods', fixed('24')],
  ['MaxChargingProfilesInstalled', fixed('20')],
];

const everyMeasurand =
  'Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register,Current.Offered';

/**
 * What can be set in the charger, kept over reboots, by the names of OCPP 1.6 chapter 9 and the security whitepaper. The
 * device model of OCPP 2.0.1 looks at the same values.
 */
export class ConfigurationStore {
  private keys: Map<string, Key>;
  private readonly listeners: ((name: string, value: string) => void)[] = [];

  constructor(
    private readonly connectorCount: number,
    private readonly securityProfile: number,
  ) {
    this.keys = new Map(factory(connectorCount, securityProfile));
  }

  /** As it left the factory; nobody is told. */
  toFactory(): void {
    this.keys = new Map(factory(this.connectorCount, this.securityProfile));
  }

  /** Told after each accepted change. */
  onChange(listener: (name: string, value: string) => void): void {
    this.listeners.push(listener);
  }

  value(key: string): string {
    return this.keys.get(key)?.value ?? '';
  }

  number(key: string): number {
    return Number(this.value(key));
  }

  isTrue(key: string): boolean {
    return this.value(key) === 'true';
  }

  /** OCPP 1.6 5.4: answers the status of ChangeConfiguration.conf. */
  change(name: string, value: string): 'Accepted' | 'Rejected' | 'NotSupported' {
    const key = this.keys.get(name);
    if (!key) return 'NotSupported';
    if (key.readonly || !key.accepts(value)) return 'Rejected';
    key.value = value;
    for (const listener of this.listeners) listener(name, value);
    return 'Accepted';
  }

  /** Puts a value back that proved wrong, without telling anybody. */
  restore(name: string, value: string): void {
    const key = this.keys.get(name);
    if (key) key.value = value;
  }

  /** OCPP 1.6 5.8: the keys asked for, or all of them when none is named. */
  report(names: readonly string[]): {
    configurationKey: { key: string; readonly: boolean; value?: string }[];
    unknownKey: string[];
  } {
    const wanted = names.length > 0 ? names : [...this.keys.keys()];
    const configurationKey = wanted.flatMap((name) => {
      const key = this.keys.get(name);
      if (!key) return [];
      const { readonly, value, writeOnly } = key;
      return [{ key: name, readonly, ...(!writeOnly && { value }) }];
    });
    return { configurationKey, unknownKey: wanted.filter((name) => !this.keys.has(name)) };
  }
}
