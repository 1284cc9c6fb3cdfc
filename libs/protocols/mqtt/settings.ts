import { create, type MessageShape } from '@bufbuild/protobuf';
import {
  balancerSettingsSchema,
  hubSettingsSchema,
  type BalancerSettings,
  type HubSettings,
} from '#libs/contracts/command.js';
import {
  BalancerSettingsSchema,
  HubSettingsSchema,
  SettingsSchema,
  type BalancerSettings as WireBalancer,
  type HubSettings as WireHub,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { finite, named, text } from './fields.js';
import { mediumNames, sirenNames, valueOf } from './words.js';

/** Settings of one kind of device, as the twin keeps them. */
export type MqttSettings = { readonly balancer: BalancerSettings } | { readonly hub: HubSettings };

export interface SettingsToSend {
  readonly version: number;
  readonly settings: MqttSettings;
  /** Empty: nobody waits for an answer. */
  readonly commandId: string;
}

/** What the device says it has set; throws when a value is outside what people may desire. */
export function settingsOf({ settings }: MessageShape<typeof SettingsSchema>): MqttSettings {
  switch (settings.case) {
    case 'balancer':
      return { balancer: balancerSettingsSchema.parse(fromBalancer(settings.value)) };
    case 'hub':
      return { hub: hubSettingsSchema.parse(fromHub(settings.value)) };
    case undefined:
      throw new Error('the settings are of no kind of device');
  }
}

export const toSettings = ({ version, settings, commandId }: SettingsToSend) =>
  create(SettingsSchema, {
    version: BigInt(version),
    commandId,
    settings:
      'balancer' in settings
        ? { case: 'balancer', value: toBalancer(settings.balancer) }
        : { case: 'hub', value: toHub(settings.hub) },
  });

function fromBalancer(wire: WireBalancer): unknown {
  const { currentTransformerRatio, reversedTransformers, solarTerminal, readingIntervalS, network } = wire;
  return withoutAbsent({
    currentTransformerRatio:
      currentTransformerRatio === undefined ? undefined : finite(currentTransformerRatio),
    reversedTransformers: reversedTransformers.length === 0 ? undefined : reversedTransformers,
    solarTerminal,
    readingInterval_s: readingIntervalS,
    network: network && {
      medium: named(mediumNames, network.medium),
      ...(network.wifiName === undefined ? {} : { wifiName: text(network.wifiName) }),
    },
  });
}

function toBalancer(settings: BalancerSettings): WireBalancer {
  const { network } = settings;
  return create(
    BalancerSettingsSchema,
    withoutAbsent({
      currentTransformerRatio: settings.currentTransformerRatio,
      reversedTransformers: settings.reversedTransformers,
      solarTerminal: settings.solarTerminal,
      readingIntervalS: settings.readingInterval_s,
      network: network && {
        medium: valueOf(mediumNames, network.medium),
        ...(network.wifiName === undefined ? {} : { wifiName: network.wifiName }),
      },
    }),
  );
}

function fromHub(wire: WireHub): unknown {
  const names = Object.entries(wire.subDeviceNames);
  return withoutAbsent({
    exitDelay_s: wire.exitDelayS,
    entryDelay_s: wire.entryDelayS,
    sirenVolume: sirenNames[wire.sirenVolume] ?? undefined,
    brightness_percent: wire.brightnessPercent,
    detectorPoll_s: wire.detectorPollS,
    subDeviceNames:
      names.length === 0 ? undefined : Object.fromEntries(names.map(([id, name]) => [text(id), text(name)])),
  });
}

const toHub = (settings: HubSettings): WireHub =>
  create(
    HubSettingsSchema,
    withoutAbsent({
      exitDelayS: settings.exitDelay_s,
      entryDelayS: settings.entryDelay_s,
      sirenVolume: settings.sirenVolume && valueOf(sirenNames, settings.sirenVolume),
      brightnessPercent: settings.brightness_percent,
      detectorPollS: settings.detectorPoll_s,
      subDeviceNames: settings.subDeviceNames,
    }),
  );

type Present<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

/** Protobuf and zod both tell an absent key from one that is undefined. */
function withoutAbsent<Shape extends object>(shape: Shape): Present<Shape> {
  return Object.fromEntries(
    Object.entries(shape).filter(([, value]) => value !== undefined),
  ) as Present<Shape>;
}
