interface Key {
  value: string;
  readonly readonly: boolean;
  readonly accepts: (value: string) => boolean;
}

const fixed = (value: string): Key => ({ value, readonly: true, accepts: () => false });

const wholeNumber = (value: string): boolean => /^\d{1,9}$/.test(value);
const truth = (value: string): boolean => value === 'true' || value === 'false';
const percent = (value: string): boolean => wholeNumber(value) && Number(value) <= 100;
const rotation = (value: string): boolean => /^(\d+\.(NotApplicable|Unknown|[RST]{3}),?\s*)+$/.test(value);

const writable = (value: string, accepts: (value: string) => boolean): Key => ({
  value,
  readonly: false,
  accepts,
});

/** The configuration keys of the simulated charger (OCPP 1.6 chapter 9), kept over reboots. */
export class ConfigurationStore {
  private readonly keys: Map<string, Key>;

  constructor(connectorCount: number) {
    this.keys = new Map([
      ['HeartbeatInterval', writable('300', wholeNumber)],
      ['MeterValueSampleInterval', writable('10', wholeNumber)],
      ['ClockAlignedDataInterval', writable('0', wholeNumber)],
      ['AuthorizeRemoteTxRequests', writable('false', truth)],
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
      ['ConnectorPhaseRotation', writable('0.RST', rotation)],
      [
        'MeterValuesSampledData',
        writable(
          'Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register,Current.Offered',
          () => true,
        ),
      ],
      ['NumberOfConnectors', fixed(String(connectorCount))],
      ['GetConfigurationMaxKeys', fixed('50')],
      ['SupportedFeatureProfiles', fixed('Core,SmartCharging,RemoteTrigger')],
      ['ChargeProfileMaxStackLevel', fixed('10')],
      ['ChargingScheduleAllowedChargingRateUnit', fixed('Current,Power')],
      ['ChargingScheduleMaxPeriods', fixed('24')],
      ['MaxChargingProfilesInstalled', fixed('20')],
    ]);
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
    return 'Accepted';
  }

  /** OCPP 1.6 5.8: the keys asked for, or all of them when none is named. */
  report(names: readonly string[]): {
    configurationKey: { key: string; readonly: boolean; value: string }[];
    unknownKey: string[];
  } {
    const wanted = names.length > 0 ? names : [...this.keys.keys()];
    const configurationKey = wanted.flatMap((name) => {
      const key = this.keys.get(name);
      return key ? [{ key: name, readonly: key.readonly, value: key.value }] : [];
    });
    return { configurationKey, unknownKey: wanted.filter((name) => !this.keys.has(name)) };
  }
}
