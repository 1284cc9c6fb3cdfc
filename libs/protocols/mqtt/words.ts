import {
  Armed,
  CommandOutcome,
  EventCategory,
  NetworkMedium,
  SirenVolume,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { HubSettings } from '#libs/contracts/command.js';
import type { HubEventRaised, HubReported, NetworkReported } from '#libs/devices/device-event.js';

/** The house's words for the enums of proto/busbar/v1/device.proto; null: it was not set. */
export const armedNames: Readonly<Record<Armed, HubReported['armed'] | null>> = {
  [Armed.UNSPECIFIED]: null,
  [Armed.DISARMED]: 'disarmed',
  [Armed.ARMED]: 'armed',
  [Armed.NIGHT]: 'night',
};

export const categoryNames: Readonly<Record<EventCategory, HubEventRaised['category'] | null>> = {
  [EventCategory.UNSPECIFIED]: null,
  [EventCategory.ALARM]: 'alarm',
  [EventCategory.RESTORE]: 'restore',
  [EventCategory.TAMPER]: 'tamper',
  [EventCategory.FAULT]: 'fault',
  [EventCategory.ARMING]: 'arming',
  [EventCategory.INFORMATION]: 'information',
};

export const mediumNames: Readonly<Record<NetworkMedium, NetworkReported['medium'] | null>> = {
  [NetworkMedium.UNSPECIFIED]: null,
  [NetworkMedium.NONE]: 'none',
  [NetworkMedium.WIFI]: 'wifi',
  [NetworkMedium.MOBILE]: 'mobile',
  [NetworkMedium.ETHERNET]: 'ethernet',
};

export const sirenNames: Readonly<Record<SirenVolume, NonNullable<HubSettings['sirenVolume']> | null>> = {
  [SirenVolume.UNSPECIFIED]: null,
  [SirenVolume.OFF]: 'off',
  [SirenVolume.LOW]: 'low',
  [SirenVolume.MEDIUM]: 'medium',
  [SirenVolume.HIGH]: 'high',
};

export const outcomeNames: Readonly<Record<CommandOutcome, 'accepted' | 'rejected' | null>> = {
  [CommandOutcome.UNSPECIFIED]: null,
  [CommandOutcome.ACCEPTED]: 'accepted',
  [CommandOutcome.REJECTED]: 'rejected',
};

/** The enum value of a word: the other way through one of the tables above. */
export function valueOf<Name extends string>(
  names: Readonly<Record<number, Name | null>>,
  word: Name,
): number {
  const found = Object.entries(names).find(([, name]) => name === word);
  if (!found) throw new Error(`no value is named ${word}`);
  return Number(found[0]);
}
