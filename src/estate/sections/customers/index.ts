import { checkApiConnectors } from './checks/api-connectors';
import { checkCustomExtensions } from './checks/custom-extensions';
import { checkIdentifierUri } from './checks/identifier-uri';
import { checkPlace } from './checks/directory';
import { checkExternalIdSection } from './checks/external-id';
import { checkIdentityProviders } from './checks/identity-providers';
import { checkStepUp } from './checks/step-up';
import { checkUserFlows } from './checks/user-flows';
import { checkWebApplication } from './checks/web-application';
import type { ApiApplication, CustomersParts, WebApplication } from './customers';
import type { Issue } from '../../source/finding';
import { CustomersEntry, PartialCustomersEntry } from './schema';
import type { EstateFacts, Section } from '../section';
import { duplicates, valuesOf } from '../shared/issue';

export const customers = {
  schema: CustomersEntry,
  parts: PartialCustomersEntry,
  check: (facts) => (facts.customers === undefined ? [] : checkCustomers(facts.customers, facts)),
} satisfies Section;

/** Checks what could be read of the section, so that one faulty key does not hide the others' findings. */
function checkCustomers(parts: CustomersParts, facts: EstateFacts): readonly Issue[] {
  const { directory, directoryType, apiApplication, webApplication } = parts;
  const isTypeKnown = !facts.isSetAside(['customers', 'directoryType']);
  return [
    ...(facts.estate.azure !== undefined && isTypeKnown && directoryType === 'b2c' ? checkPlace(parts) : []),
    ...(isTypeKnown ? checkOfType(parts, facts) : []),
    ...(apiApplication === undefined || directory === undefined ? [] : checkIdentifierUri(apiApplication, directory)),
    ...(webApplication === undefined ? [] : checkWebApplication(webApplication)),
    ...(apiApplication && webApplication ? checkApplicationNames(apiApplication, webApplication) : []),
  ];
}

/** Checks what differs by the type of the directory. By the default of a faulty type it would report what is right. */
function checkOfType(parts: CustomersParts, { isSetAside }: EstateFacts): readonly Issue[] {
  const { directoryType, userFlows, identityProviders, attributes, apiConnectors, customExtensions } = parts;
  return [
    ...checkIdentityProviders(identityProviders, directoryType),
    ...checkApiConnectors(apiConnectors, directoryType),
    ...checkCustomExtensions(customExtensions, directoryType),
    ...(directoryType === 'b2c' ? [] : checkExternalIdSection(parts)),
    ...checkStepUp(parts),
    ...checkUserFlows(userFlows, {
      directoryType,
      ...(!isSetAside(['customers', 'identityProviders']) && { providers: namesOf(identityProviders) }),
      ...(!isSetAside(['customers', 'attributes']) && { attributes: namesOf(attributes) }),
      ...(!isSetAside(['customers', 'apiConnectors']) && { connectors: namesOf(apiConnectors) }),
      isComplete: !isSetAside(['customers', 'userFlows']),
    }),
  ];
}

function namesOf(items: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(items.map(({ name }) => name));
}

/** The program makes no second application of a name that the directory has, so that a lost state is noticed. */
function checkApplicationNames(api: ApiApplication, web: WebApplication): readonly Issue[] {
  const words = { problem: 'is the name of both applications', allowed: 'a different name for each' };
  return duplicates('duplicate-application-name', valuesOf([api, web], 'displayName'), words);
}
