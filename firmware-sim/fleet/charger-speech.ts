import { readFileSync } from 'node:fs';
import type { ChargerOptions } from '../charger/charger-options.js';
import { ScenarioError } from '../scenario/load-scenario.js';
import type { Scenario } from '../scenario/scenario-schema.js';

type Speech = Pick<
  ChargerOptions,
  'protocol' | 'securityProfile' | 'secureUrl' | 'trustedRoots' | 'clientCertificate'
>;

/** What the scenario says about how the charger at this place of the fleet speaks. */
export function chargerSpeech(scenario: Scenario, identity: string, place: number): Speech {
  const named = scenario.chargers.find(({ charger }) => charger === identity || charger === place);
  const protocol = named?.protocol ?? scenario.protocol;
  const securityProfile = named?.securityProfile ?? scenario.securityProfile;
  const { url, trustedRoots, clientKey, clientCertificate } = scenario.tls;
  const own = (path: string): string => read(path.replaceAll('{identity}', identity));
  return {
    protocol,
    securityProfile,
    secureUrl: url,
    trustedRoots: securityProfile >= 2 ? trustedRoots.map(read) : [],
    clientCertificate:
      securityProfile === 3 && clientKey !== null && clientCertificate !== null
        ? { keyPem: own(clientKey), chainPem: own(clientCertificate) }
        : null,
  };
}

/** Refuses a scenario that names a charger the fleet does not have. */
export function checkNamedChargers(scenario: Scenario, identities: readonly string[]): void {
  for (const { charger } of scenario.chargers) {
    const known = typeof charger === 'number' ? charger <= identities.length : identities.includes(charger);
    if (!known)
      throw new ScenarioError(
        `The scenario says how charger ${charger} speaks, but the fleet has only: ${identities.join(', ') || 'none'}.`,
      );
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ScenarioError(`The scenario names the PEM file ${path} under tls, which cannot be read.`);
  }
}
