import { factsOf } from '../../../clouds/facts/customers-facts';
import { isDeepStrictEqual } from 'node:util';
import type { ToldListener } from '../../../../provider/custom-extension/event-listener';
import { CONNECTOR_STEPS } from '../../../../provider/limits';
import type { FoundApplication } from '../../../clouds/facts/trust-facts';
import type {
  CustomersFacts,
  DeployedConnector,
  DeployedExtension,
  DeployedProvider,
} from '../../../clouds/facts/customers-facts';
import { failed, itemsOf, together } from '../../../clouds/reading';
import { maskedUrl } from '../../../estate/sections/customers/provider-schema';
import {
  type Customers,
  type CustomExtension,
  type DeclaredProvider,
  standingFlows,
} from '../../../estate/sections/customers/customers';
import { providerIdOf, providerTitle } from '../../../estate/sections/customers/provider-types';
import { check, customersOf, examine, failure, type Observation, ok } from '../../check';
import { CUSTOMERS_UP } from '../applications';

/** That something is as declared, unless it differs. */
function asDeclared(what: string, faults: readonly (string | false)[], well: string): Observation {
  const all = faults.filter((one) => one !== false);
  return all.length === 0 ? ok(well) : failure(`${what} is not as declared: ${all.join('; ')}`, CUSTOMERS_UP);
}

type Values = Readonly<Record<string, unknown>>;

/** Differences by the words for each key; what is not declared is the directory's own. */
function differences(words: Readonly<Record<string, string>>, found: Values, declared: Values): readonly string[] {
  return Object.entries(words).flatMap(([key, word]) => {
    const [there, wanted] = [found[key], declared[key]].map(inOrder);
    if (!Object.hasOwn(declared, key) || isDeepStrictEqual(wanted, there)) return [];
    return [`${word} ${shown(there)}, ${wanted === undefined ? 'but none is declared' : `not ${shown(wanted)}`}`];
  });
}

function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'string' || typeof value === 'number' ? maskedUrl(String(value)) || 'empty' : 'not set';
}

const OF_PROVIDER = { displayName: 'its name is', clientId: 'its client id is' };

/** Declared identity providers are in the directory. Their secrets can't be read: a sign-in shows whether they hold. */
export const identityProviders = check(customersOf, {
  id: 'b2c-identity-providers',
  title: 'Identity providers are there and as declared',
  run: ({ declared: { identityProviders: all }, facts }) => {
    if (all.length === 0) return undefined;
    return examine(facts.identityProviders, (found) =>
      all.map((declared) => {
        const what = `the identity provider '${declared.name}'`;
        const there = findProvider(declared, found);
        if (there === undefined) return failure(`${what} is not there`, CUSTOMERS_UP);
        const wanted = { displayName: providerTitle(declared.type), ...declared };
        const well = `${declared.name} is as declared; only a sign-in shows whether its secret holds`;
        return asDeclared(what, differences(OF_PROVIDER, { ...there }, wanted), well);
      }),
    );
  },
});

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
  const all = itemsOf(read);
  const ids = declared.map((one) => [one.name, providerIdOf(one.type) ?? findProvider(one, all)?.id] as const);
  return new Map(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}

const OF_CONNECTOR = { targetUrl: 'it calls', authentication: 'its authentication is', username: 'its user name is' };

/** Declared API connectors are in the directory, and the flows call them. Their secrets can't be read. */
export const apiConnectors = check(customersOf, {
  id: 'b2c-api-connectors',
  title: 'API connectors are there, and the user flows call them',
  run: ({ declared, facts: { directory } }) => {
    const { apiConnectors: connectors } = declared;
    if (directory.type !== 'b2c' || connectors.length === 0) return undefined;
    return examine(directory.connectors, (all) => {
      const titles = new Map(connectors.map(({ name, displayName = name }) => [name, displayName]));
      const find = (name: string): DeployedConnector | undefined =>
        all.find(({ displayName }) => displayName === titles.get(name));
      return [
        ...connectors.map(({ name, url, authentication, username }) => {
          const [found, title] = [find(name), titles.get(name) ?? name];
          const what = `the API connector '${title}'`;
          if (found === undefined) return failure(`${what} is not there`, CUSTOMERS_UP);
          const drifted = differences(OF_CONNECTOR, { ...found }, { targetUrl: url, authentication, username });
          return asDeclared(what, drifted, `${title} is as declared; only a call shows whether its secret holds`);
        }),
        ...standingFlows(declared).flatMap(({ id, apiConnectors: steps }) => {
          if (steps === undefined) return [];
          return examine(directory.calls.get(id) ?? failed(`the API connectors of ${id} were not read`), (calls) => {
            const drifted = CONNECTOR_STEPS.map((step) => {
              const name = steps[step];
              const there = calls.find((one) => one.step === step);
              const wanted = name === undefined ? undefined : (find(name)?.id ?? name);
              const called = there === undefined ? 'nothing' : `'${there.displayName}'`;
              return there?.connector !== wanted && `at ${step} it calls ${called}, not ${name ?? 'nothing'}`;
            });
            return [asDeclared(`the user flow ${id}`, drifted, `${id} calls its APIs as declared`)];
          });
        }),
      ];
    });
  },
});

const OF_EXTENSION = {
  url: 'it calls',
  resourceId: 'its token is for',
  description: 'its description is',
  timeoutMilliseconds: 'its timeout in milliseconds is',
  retries: 'its retries are',
  claims: 'its claims are',
  behaviorOnError: 'its behavior on an error is',
} satisfies Readonly<Record<Exclude<keyof CustomExtension, 'at' | 'name' | 'displayName' | 'event'>, string>>;

interface Found {
  readonly extensions: readonly DeployedExtension[];
  readonly listeners: readonly ToldListener[];
  readonly web: FoundApplication | undefined;
}

/** Declared APIs are called at the sign-ins of the web application, as far as Graph tells. */
export const customExtensions = check(customersOf, {
  id: 'b2c-custom-extensions',
  title: 'Custom authentication extensions are there, and listeners call them',
  run: ({ declared: { customExtensions: all }, facts }) => {
    const { directory } = facts;
    if (directory.type !== 'external-id' || all.length === 0) return undefined;
    const { extensions, listeners } = directory;
    return examine(together({ extensions, listeners, web: factsOf(facts, 'web').found }), (found) =>
      all.map((one) => examineExtension(one, found)),
    );
  },
});

function examineExtension(declared: CustomExtension, { extensions, listeners, web }: Found): Observation {
  const { name, displayName = name, event } = declared;
  const what = `the custom authentication extension '${displayName}'`;
  const found = extensions.find((one) => one.event === event && one.displayName === displayName);
  if (found === undefined) return failure(`${what} is not there`, CUSTOMERS_UP);
  const listener = listeners.find((one) => one.event === event && one.applications.some((id) => id === web?.appId));
  const well = `${displayName} is as declared, and has a listener at the web application`;
  return asDeclared(
    what,
    [
      ...differences(OF_EXTENSION, { ...found }, { ...declared }),
      callFault(listener, found.id),
      declared.claims !== undefined && unmappedFault(web),
    ],
    listener?.extension === undefined ? `${well}; Graph does not tell which extension the listener calls` : well,
  );
}

function callFault(listener: ToldListener | undefined, id: string): string | false {
  if (listener === undefined) return 'no listener calls it at the web application';
  const called = listener.extension ?? id;
  return called !== id && `the listener of the web application calls another extension, ${called}`;
}

function unmappedFault(web: FoundApplication | undefined): string | false {
  const isUnmapped = web !== undefined && web.mappedClaims === undefined;
  return isUnmapped && 'the web application takes no mapped claims, so that sign-ins with its claims fail';
}
