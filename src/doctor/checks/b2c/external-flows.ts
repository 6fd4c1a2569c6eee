import { isDeepStrictEqual } from 'node:util';
import type { UserFlow } from '../../../estate/sections/customers/customers';
import type { ClientId } from '../../../estate/source/ids';
import type { DeployedEventsFlow } from '../../../clouds/facts/customers-facts';
import { type CheckInput, examine, failure, type Observation, ok } from '../../check';
import { failed, together } from '../../../clouds/reading';
import { customersOf, PULUMI_UP } from './applications';

/** Examines each user flow of an external tenant; undefined of a B2C directory. */
export function examineExternalFlows(input: CheckInput): readonly Observation[] | undefined {
  const { declared, facts } = customersOf(input) ?? {};
  if (facts?.directory.type !== 'external-id') return undefined;
  const { flows } = facts.directory;
  return declared?.userFlows.flatMap((flow) => {
    const reading = flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return examine(together({ found: reading, web: facts.web }), ({ found, web }) => {
      if (found === undefined) return [failure(`the user flow ${flow.id} is not there`, PULUMI_UP)];
      const drifted = driftOf(found, flow, web?.appId);
      return drifted.length === 0
        ? [ok(`${flow.id} is as declared, and the web application shows it`)]
        : [failure(`the user flow ${flow.id} is not as declared: ${drifted.join('; ')}`, PULUMI_UP)];
    });
  });
}

function driftOf(found: DeployedEventsFlow, declared: UserFlow, webId: ClientId | undefined): readonly string[] {
  const attributes = declared.attributes.map(({ id, optional }) => ({ id, optional }));
  const { identityProviders } = declared;
  const isSignUpDeclared = declared.type === 'signUpOrSignIn';
  const hasProviders = isDeepStrictEqual(new Set(found.identityProviders), new Set(identityProviders));
  return [
    ...(found.isSignUpAllowed === isSignUpDeclared
      ? []
      : [found.isSignUpAllowed ? 'anyone can sign up' : 'no one can sign up']),
    ...(attributes.length === 0 || isDeepStrictEqual(found.attributes, attributes)
      ? []
      : [`it asks for ${words(found.attributes)}, not for ${words(attributes)}`]),
    ...(hasProviders
      ? []
      : [
          `its identity providers are ${found.identityProviders.join(', ') || 'none'}, not ${identityProviders.join(', ')}`,
        ]),
    ...(webId !== undefined && found.applications.includes(webId)
      ? []
      : ['the web application is not attached to it: people who sign in there see no flow']),
  ];
}

function words(attributes: DeployedEventsFlow['attributes']): string {
  return attributes.map(({ id, optional }) => `${id}${optional ? ' (optional)' : ''}`).join(', ') || 'nothing';
}
