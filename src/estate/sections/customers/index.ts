import { checkApiConnectors, checkCustomExtensions, checkIdentityProviders } from './checks/apis';
import { checkApplications, checkStepUp } from './checks/applications';
import { checkUserFlows } from './checks/user-flows';
import type { CustomersParts } from './customers';
import { CustomersEntry, PartialCustomersEntry } from './schema';
import type { EstateFacts, Section } from '../section';
import { type Issues, warning } from '../shared/issue';

export const customers = {
  schema: CustomersEntry,
  parts: PartialCustomersEntry,
  *check(facts) {
    if (facts.customers === undefined) return;
    // What differs by the type of the directory: by the default of a faulty type it would report what is right.
    if (!facts.isSetAside(['customers', 'directoryType'])) yield* checkOfType(facts.customers, facts);
    const isWhole = ['directory', 'apiApplication', 'apis'].every((key) => !facts.isSetAside(['customers', key]));
    yield* checkApplications(facts.customers, isWhole);
  },
} satisfies Section;

/** Checks what could be read of the section, so that one faulty key does not hide the others' findings. */
function* checkOfType(parts: CustomersParts, { estate, isSetAside }: EstateFacts): Issues {
  const { directoryType, userFlows, identityProviders, attributes, apiConnectors, customExtensions } = parts;
  const isRead = (key: keyof CustomersParts): boolean => !isSetAside(['customers', key]);
  yield* checkPlace(parts, estate.azure !== undefined);
  yield* checkIdentityProviders(identityProviders, directoryType);
  yield* checkApiConnectors(apiConnectors, directoryType);
  yield* checkCustomExtensions(customExtensions, directoryType);
  yield* checkStepUp(parts);
  yield* checkUserFlows(userFlows, {
    directoryType,
    ...(isRead('identityProviders') && { providers: namesOf(identityProviders) }),
    ...(isRead('attributes') && { attributes: namesOf(attributes) }),
    ...(isRead('apiConnectors') && { connectors: namesOf(apiConnectors) }),
    isComplete: isRead('userFlows'),
  });
}

/** Place of the customers' directory: the `azure` section creates one of B2C, and an external tenant is created by hand. */
function* checkPlace({ directoryType, ...customers }: CustomersParts, hasAzure: boolean): Issues {
  const keys = ['location', 'countryCode'] as const;
  const missing = keys.filter((key) => customers[key] === undefined);
  if (directoryType === 'b2c' && hasAzure && missing.length > 0)
    yield warning('directory-location', ['customers'], {
      aboutKey: true,
      problem: `the azure section can't create the directory without ${missing.join(' and ')}`,
      allowed: 'location and countryCode; neither can be changed later',
    });
  for (const key of directoryType === 'b2c' ? [] : keys)
    if (customers[key] !== undefined)
      yield warning('external-id-place', ['customers', key], {
        aboutKey: true,
        problem: 'applies to B2C directories, which the azure section creates; an external tenant is created by hand',
        allowed: 'remove the key',
      });
}

function namesOf(items: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(items.map(({ name }) => name));
}
