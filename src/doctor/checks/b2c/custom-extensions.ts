import { isDeepStrictEqual } from 'node:util';
import type { FoundApplication } from '../../../clouds/facts/application-facts';
import type { DeployedExtension, ExtensionProperty } from '../../../clouds/facts/customers-facts';
import { together } from '../../../clouds/reading';
import type { ToldListener } from '../../../../provider/custom-extension/event-listener';
import { maskedUrl } from '../../../estate/sections/customers/called-url';
import type { CustomExtension } from '../../../estate/sections/customers/customers';
import { type Check, examine, failure, type Observation, ok } from '../../check';
import { customersOf, PULUMI_UP } from './applications';

interface Found {
  readonly extensions: readonly DeployedExtension[];
  readonly listeners: readonly ToldListener[];
  readonly web: FoundApplication | undefined;
}

/** Declared APIs are called at the sign-ins of the web application, as far as Graph tells. */
export const customExtensions: Check = {
  id: 'b2c-custom-extensions',
  area: 'b2c',
  title: 'Custom authentication extensions are there, and listeners call them',
  run: (input) => {
    const { declared, facts } = customersOf(input) ?? {};
    if (declared === undefined || facts?.directory.type !== 'external-id') return undefined;
    if (declared.customExtensions.length === 0) return undefined;
    const { extensions, listeners } = facts.directory;
    return examine(together({ extensions, listeners, web: facts.web }), (found) =>
      declared.customExtensions.map((one) => examineOne(one, found)),
    );
  },
};

function examineOne(declared: CustomExtension, { extensions, listeners, web }: Found): Observation {
  const { name, displayName = name, event } = declared;
  const what = `the custom authentication extension '${displayName}'`;
  const found = extensions.find((one) => one.event === event && one.displayName === displayName);
  if (found === undefined) return failure(`${what} is not there`, PULUMI_UP);
  const listener = listeners.find((one) => one.event === event && one.applications.includes(web?.appId ?? ''));
  const faults = [...driftOf(found, declared), ...faultsOfCall(found, listener)];
  if (declared.claims !== undefined && web !== undefined && web.mappedClaims !== true)
    faults.push('the web application takes no mapped claims, so that sign-ins with its claims fail');
  if (faults.length > 0) return failure(`${what} is not as declared: ${faults.join('; ')}`, PULUMI_UP);
  const doubt = listener?.extension === undefined ? '; Graph does not tell which extension the listener calls' : '';
  return ok(`${displayName} is as declared, and has a listener at the web application${doubt}`);
}

/** Words for what is compared. A property that is missing here does not compile. */
const WORDS: Readonly<Record<Exclude<ExtensionProperty, 'event'>, string>> = {
  url: 'it calls',
  resourceId: 'its token is for',
  description: 'its description is',
  timeoutMilliseconds: 'its timeout in milliseconds is',
  retries: 'its retries are',
  claims: 'its claims are',
  behaviorOnError: 'its behavior on an error is',
};

/** Differences to what is declared; the rest is the service's own. */
function driftOf(found: DeployedExtension, declared: CustomExtension): string[] {
  return (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((key) => {
    const [wanted, there] = [declared[key], found[key]].map(inOrder);
    if (wanted === undefined || isDeepStrictEqual(wanted, there)) return [];
    return [`${WORDS[key]} ${shown(there)}, not ${shown(wanted)}`];
  });
}

function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'string' || typeof value === 'number' ? maskedUrl(String(value)) || 'empty' : 'not set';
}

function faultsOfCall({ id }: DeployedExtension, listener: ToldListener | undefined): readonly string[] {
  if (listener === undefined) return ['no listener calls it at the web application'];
  if (listener.extension === undefined || listener.extension === id) return [];
  return [`the listener of the web application calls another extension, ${listener.extension}`];
}
