import { isDeepStrictEqual } from 'node:util';
import type { GraphFlowProperty, UserFlow } from '../../../estate/sections/customers/customers';
import type { ClientId } from '../../../estate/source/ids';
import type { DeployedEventsFlow } from '../../../clouds/facts/customers-facts';
import { type CheckInput, examine, failure, type Observation, ok } from '../../check';
import { failed, together } from '../../../clouds/reading';
import { customersOf, PULUMI_UP } from './applications';
import { directoryIds } from './identity-providers';

/** Examines each user flow of an external tenant; undefined of a B2C directory. */
export function examineExternalFlows(input: CheckInput): readonly Observation[] | undefined {
  const { declared, facts } = customersOf(input) ?? {};
  if (facts?.directory.type !== 'external-id') return undefined;
  const { flows } = facts.directory;
  return declared?.userFlows.flatMap((declaredFlow) => {
    const flow = { ...declaredFlow, identityProviders: directoryIds(declaredFlow.identityProviders, declared, facts) };
    const reading = flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return examine(together({ found: reading, web: facts.web }), ({ found, web }) => {
      if (found === undefined) return [failure(`the user flow ${flow.id} is not there`, PULUMI_UP)];
      const drifted = [...driftOf(found, flow), ...detached(found, web?.appId)];
      return drifted.length === 0
        ? [ok(`${flow.id} is as declared, and the web application shows it`)]
        : [failure(`the user flow ${flow.id} is not as declared: ${drifted.join('; ')}`, PULUMI_UP)];
    });
  });
}

/** Differences to what is declared. A property that Graph has and that is missing here does not compile. */
const DRIFT: Readonly<
  Record<GraphFlowProperty, (found: DeployedEventsFlow, declared: UserFlow) => string | undefined>
> = {
  type: ({ isSignUpAllowed }, { type }) => {
    if (isSignUpAllowed === (type === 'signUpOrSignIn')) return undefined;
    return isSignUpAllowed ? 'anyone can sign up' : 'no one can sign up';
  },
  attributes: (found, declared) => {
    const attributes = declared.attributes.map(({ id, optional, label }) => ({
      id,
      optional,
      ...(label !== undefined && { label }),
    }));
    if (attributes.length === 0 || isDeepStrictEqual(found.attributes, attributes)) return undefined;
    return `it asks for ${words(found.attributes)}, not for ${words(attributes)}`;
  },
  identityProviders: (found, { identityProviders }) =>
    isDeepStrictEqual(new Set(found.identityProviders), new Set(identityProviders))
      ? undefined
      : `its identity providers are ${found.identityProviders.join(', ') || 'none'}, not ${identityProviders.join(', ')}`,
  // Company branding has them, and custom authentication extensions call APIs: checkExternalIdFlow refuses the keys.
  languages: () => undefined,
  apiConnectors: () => undefined,
};

function driftOf(found: DeployedEventsFlow, declared: UserFlow): readonly string[] {
  return Object.values(DRIFT).flatMap((drift) => drift(found, declared) ?? []);
}

function detached({ applications }: DeployedEventsFlow, webId: ClientId | undefined): readonly string[] {
  if (webId !== undefined && applications.includes(webId)) return [];
  return ['the web application is not attached to it: people who sign in there see no flow'];
}

function words(attributes: DeployedEventsFlow['attributes']): string {
  return (
    attributes
      .map(
        ({ id, optional, label }) =>
          `${id}${optional ? ' (optional)' : ''}${label === undefined ? '' : ` labelled '${label}'`}`,
      )
      .join(', ') || 'nothing'
  );
}
