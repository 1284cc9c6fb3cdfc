/** Security events both generations mark as critical (OCPP 1.6 Security Whitepaper table 23, OCPP 2.0.1 part 2 appendix 1). */
const critical: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'SettingSystemTime',
  'StartupOfTheDevice',
  'ResetOrReboot',
  'SecurityLogWasCleared',
  'MemoryExhaustion',
  'TamperDetectionActivated',
  'InvalidFirmwareSignature',
  'InvalidFirmwareSigningCertificate',
  'InvalidCentralSystemCertificate',
  'InvalidCsmsCertificate',
  'InvalidChargePointCertificate',
  'InvalidChargingStationCertificate',
  'InvalidTLSVersion',
  'InvalidTLSCipherSuite',
]);

/** Critical by the standard, and nothing wrong all the same. */
const ordinary: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'ResetOrReboot',
  'SettingSystemTime',
  'StartupOfTheDevice',
]);

/** 0 danger to 9 debugging, as OCPP 2.0.1 N07 counts: how loud a security event is in the event list. */
export function securityEventSeverity(type: string): number {
  if (type === 'TamperDetectionActivated') return 2;
  if (!critical.has(type)) return 6;
  return ordinary.has(type) ? 8 : 4;
}
