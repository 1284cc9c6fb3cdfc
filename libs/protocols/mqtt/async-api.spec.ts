import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { create, toJson, type DescMessage } from '@bufbuild/protobuf';
import {
  Armed,
  CommandSchema,
  file_busbar_v1_device as file,
  HubStateSchema,
  SettingsSchema,
  SubDevicesSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { asyncApi } from '#libs/contracts/generated/async-api.js';
import { asyncApiDocument, topicTable } from './async-api.js';
import { jsonSchemaOf, type JsonSchema } from './json-schema.js';
import { downlinks, uplinks } from './topics.js';

type Node = Record<string, unknown>;
const document = asyncApiDocument('syntax = "proto3";') as Record<string, Record<string, Node>>;
const channels = document['channels'] as Record<string, Node & { address: string }>;
const operations = document['operations'] as Record<string, Node & { action: string }>;
const names = [...Object.keys(uplinks), ...Object.keys(downlinks)];

/** Every `$ref` in a tree. */
function references(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = (tree as { $ref?: unknown }).$ref;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(tree).flatMap(references)];
}
const resolve = (pointer: string): unknown =>
  pointer
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((tree, key) => (tree as Node | undefined)?.[key], document);

/** As much of JSON Schema as these schemas use. */
function fits(schema: JsonSchema, value: unknown): boolean {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return fits(resolve(reference) as JsonSchema, value);
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value);
  const types = [schema['type']].flat();
  if (Array.isArray(value))
    return types.includes('array') && value.every((each) => fits(schema['items'] as JsonSchema, each));
  if (typeof value === 'object' && value !== null) {
    if (!types.includes('object')) return false;
    const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
    const others = schema['additionalProperties'];
    return Object.entries(value).every(([key, each]) => {
      const own = properties[key] ?? (others === false ? undefined : (others as JsonSchema | undefined));
      return own !== undefined && fits(own, each);
    });
  }
  if (typeof value === 'string')
    return (
      types.includes('string') && new RegExp((schema['pattern'] as string | undefined) ?? '').test(value)
    );
  return typeof value === 'number'
    ? types.some((type) => type === 'number' || (type === 'integer' && Number.isInteger(value)))
    : types.includes(typeof value);
}

describe('AsyncAPI 3.0 of the MQTT port', () => {
  it('has the root that the specification asks for', () => {
    expect(document['asyncapi']).toBe('3.0.0');
    expect(document['info']).toMatchObject({ title: 'Busbar MQTT', version: '1' });
  });

  it('names every topic of the table in both encodings, once, with an operation of its direction', () => {
    const addresses = Object.values(channels).map(({ address }) => address);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses.toSorted()).toEqual(
      [
        ...new Set(names.flatMap((name) => [`bb/v1/{identity}/${name}`, `bb/v1/{identity}/json/${name}`])),
      ].toSorted(),
    );
    const receiving = Object.values(operations).filter(({ action }) => action === 'receive');
    expect(receiving).toHaveLength(2 * Object.keys(uplinks).length);
    expect(Object.values(operations)).toHaveLength(2 * names.length);
  });

  it('every reference leads somewhere, every parameter of an address is declared', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(100);
    for (const reference of all)
      expect([reference, typeof resolve(reference)]).toEqual([reference, 'object']);
    for (const { address, parameters } of Object.values(channels))
      expect(Object.keys(parameters as object)).toEqual(
        [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      );
  });

  it.each<[string, DescMessage, object]>([
    ['HubState', HubStateSchema, { timeMs: 5n, armed: Armed.NIGHT, signalDbm: -70 }],
    ['SubDevices', SubDevicesSchema, { subDevices: [{ id: '1', batteryPercent: 4 }] }],
    [
      'Settings',
      SettingsSchema,
      { version: 2n, settings: { case: 'hub', value: { subDeviceNames: { a: 'Door' } } } },
    ],
    ['Command', CommandSchema, { deadlineMs: 1n, action: { case: 'reset', value: {} } }],
  ])('what the codec writes as %s fits its schema, and another shape does not', (_name, schema, init) => {
    const json = toJson(schema, create(schema, { ...init })) as Node;
    expect(fits(jsonSchemaOf(schema), json)).toBe(true);
    expect(fits(jsonSchemaOf(schema), { ...json, unheardOf: 1 })).toBe(false);
    const [key] = Object.keys(json);
    expect(fits(jsonSchemaOf(schema), { ...json, [key as string]: false })).toBe(false);
  });

  it('the generated document is the one that is served, with the real proto in it', () => {
    const proto = readFileSync(new URL('../../../proto/busbar/v1/device.proto', import.meta.url), 'utf8');
    expect(asyncApi).toEqual(JSON.parse(JSON.stringify(asyncApiDocument(proto))));
  });

  it('no message of the proto is left without a topic', () => {
    const described = Object.keys(document['components']?.['schemas'] ?? {});
    expect(file.messages.map(({ name }) => name).filter((name) => !described.includes(name))).toEqual([]);
  });

  it('the table for people has a row for each topic and direction', () => {
    expect(topicTable().split('\n')).toHaveLength(2 + names.length);
  });
});
