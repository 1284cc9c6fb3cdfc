import type { Way } from '../access.js';
import type { Answer, SecurityProfile } from '../protocol.js';
import type { Station } from '../station.js';
import type { ModelVariable } from './device-model.js';
import { refusal } from './types.js';

interface ConnectionData {
  readonly ocppCsmsUrl: string;
  readonly ocppTransport: string;
  readonly securityProfile: number;
  readonly basicAuthPassword?: string;
}

const slots = [1, 2, 3];

/** The ways to a central system that the station may be told, and the order it tries them in (OCPP 2.0.1 B09, B10, A05). */
export class NetworkProfiles {
  private readonly stored = new Map<number, Partial<Way>>();
  private priority = '1';
  private active = 1;

  constructor(private readonly station: Station) {}

  set(slot: number, { ocppCsmsUrl, securityProfile, basicAuthPassword }: ConnectionData): void {
    this.stored.set(slot, {
      url: ocppCsmsUrl.replace(/\/+$/, ''),
      securityProfile: securityProfile as SecurityProfile,
      ...(basicAuthPassword !== undefined && { password: basicAuthPassword }),
    });
  }

  /** B10.FR.01: at the next start the station goes the way that stands first. */
  apply(): void {
    const first = Number(this.priority.split(',')[0]);
    const way = this.stored.get(first);
    if (!way || first === this.active) return;
    this.active = first;
    this.station.wire.changeWay(way);
  }

  variables(): ModelVariable[] {
    const component = { name: 'OCPPCommCtrlr' };
    const valuesList = slots.join(',');
    return [
      {
        component,
        variable: { name: 'NetworkConfigurationPriority' },
        characteristics: { dataType: 'SequenceList', valuesList, supportsMonitoring: false },
        mutability: 'ReadWrite',
        read: () => this.priority,
        // B09.FR.04: a slot that holds nothing cannot be in the order.
        write: (value) => {
          const known = value.split(',').every((slot) => slot === '1' || this.stored.has(Number(slot)));
          if (!known) return 'Rejected';
          this.priority = value;
          return 'RebootRequired';
        },
      },
      {
        component,
        variable: { name: 'ActiveNetworkProfile' },
        characteristics: { dataType: 'integer', supportsMonitoring: false },
        mutability: 'ReadOnly',
        read: () => String(this.active),
        write: null,
      },
    ];
  }
}

/** OCPP 2.0.1 B09. */
export function setNetworkProfile(
  { network, station }: { readonly network: NetworkProfiles; readonly station: Station },
  request: { readonly configurationSlot: number; readonly connectionData: ConnectionData },
): Answer {
  const { configurationSlot, connectionData } = request;
  const refuse = (status: string, code: string, why: string): Answer => ({ status, ...refusal(code, why) });
  const { ocppCsmsUrl, ocppTransport, securityProfile } = connectionData;
  // A05.FR.02: security never goes down.
  if (securityProfile < station.configuration.number('SecurityProfile'))
    return refuse('Rejected', 'NoSecurityDowngrade', 'The security profile would be lower than today.');
  if (!slots.includes(configurationSlot))
    return refuse('Rejected', 'InvalidConfSlot', `The slots are ${slots.join(', ')}.`);
  if (ocppTransport !== 'JSON' || !/^wss?:\/\//.test(ocppCsmsUrl) || securityProfile > 3)
    return refuse('Rejected', 'InvalidNetworkConf', 'The station speaks JSON over ws or wss.');
  if (securityProfile === 3 && !station.certificates.certificate('station'))
    return refuse('Rejected', 'InvalidNetworkConf', 'The station has no certificate of its own yet.');
  network.set(configurationSlot, connectionData);
  return { status: 'Accepted' };
}
