import type { Customers, DeclaredProvider } from '../../../estate/sections/customers/customers';
import { providerIdOf, providerTitle } from '../../../estate/sections/customers/provider-types';
import type { CustomersFacts, DeployedProvider } from '../../../clouds/facts/customers-facts';
import { type Check, examine, failure, type Observation, ok } from '../../check';
import { customersOf, PULUMI_UP } from './applications';

/** Declared identity providers are in the directory. Their secrets can't be read: a sign-in shows whether they hold. */
export const identityProviders: Check = {
  id: 'b2c-identity-providers',
  area: 'b2c',
  title: 'Identity providers are there and as declared',
  run: (input) => {
    const { declared, facts } = customersOf(input) ?? {};
    if (declared === undefined || facts === undefined || declared.identityProviders.length === 0) return undefined;
    return examine(facts.identityProviders, (found) => declared.identityProviders.map((one) => examineOne(one, found)));
  },
};

function examineOne(declared: DeclaredProvider, all: readonly DeployedProvider[]): Observation {
  const found = findProvider(declared, all);
  if (found === undefined) return failure(`the identity provider '${declared.name}' is not there`, PULUMI_UP);
  const { displayName = providerTitle(declared.type), clientId } = declared;
  const drifted = [
    ...(found.displayName === displayName ? [] : [`its name is '${found.displayName}', not '${displayName}'`]),
    ...(clientId === undefined || found.clientId === clientId
      ? []
      : [`its client id is '${found.clientId ?? 'none'}', not '${clientId}'`]),
  ];
  return drifted.length === 0
    ? ok(`${declared.name} is as declared; only a sign-in shows whether its secret holds`)
    : failure(`the identity provider '${declared.name}' is not as declared: ${drifted.join('; ')}`, PULUMI_UP);
}

function findProvider(declared: DeclaredProvider, all: readonly DeployedProvider[]): DeployedProvider | undefined {
  const id = providerIdOf(declared.type);
  if (id !== undefined) return all.find((one) => one.id === id);
  const { displayName = providerTitle(declared.type), clientId } = declared;
  return all.find((one) => one.displayName === displayName && one.clientId === clientId);
}

/** Ids that the directory has for identity providers of the estate, by their names; what is not there has none. */
export function providerIds(
  { identityProviders: declared }: Pick<Customers, 'identityProviders'>,
  { identityProviders: read }: Pick<CustomersFacts, 'identityProviders'>,
): ReadonlyMap<string, string> {
  const all = read.state === 'known' ? read.value : [];
  const ids = declared.map((one) => [one.name, providerIdOf(one.type) ?? findProvider(one, all)?.id] as const);
  return new Map(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}
