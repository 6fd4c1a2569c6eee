import type { ApiApplication, Customers, StepUp, WebApplication } from '../customers';
import type { Issue } from '../../../source/finding';
import { checkIdentifierUri } from './identifier-uri';
import { error, placed, unknownNames } from '../../shared/issue';

type Section = Pick<Partial<Customers>, 'directory' | 'directoryType' | 'apiApplication' | 'webApplication' | 'stepUp'>;

/** The scopes with a second factor: External ID alone has them in an application of their own. */
export function checkStepUp(customers: Section): readonly Issue[] {
  const { directory, directoryType, apiApplication, webApplication, stepUp } = customers;
  if (stepUp === undefined) return [];
  if (directoryType === 'b2c') return [notInB2c(stepUp)];
  return [
    ...(directory === undefined ? [] : checkIdentifierUri(stepUp, directory)),
    ...(apiApplication === undefined ? [] : checkScopes(stepUp, apiApplication)),
    ...checkOthers(stepUp, apiApplication, webApplication),
  ];
}

function notInB2c({ at }: StepUp): Issue {
  return error('step-up-directory', at, {
    aboutKey: true,
    problem: 'is for External ID; a B2C directory asks for the second factor by a user flow',
    allowed: 'a user flow with use: stepUp, or directoryType: external-id',
  });
}

function checkScopes({ at, scopes }: StepUp, api: ApiApplication): readonly Issue[] {
  const known = api.scopes.map(({ value }) => value);
  const items = placed(scopes, [...at, 'scopes']);
  const all = {
    problem: 'include every scope of the API: no one could read without a second factor',
    allowed: 'some of customers.apiApplication.scopes',
  };
  return [
    ...unknownNames('step-up-scope', items, {
      problem: 'is not a scope of customers.apiApplication',
      known,
      things: 'scopes',
    }),
    ...(known.every((value) => scopes.includes(value)) ? [error('step-up-scopes', [...at, 'scopes'], all)] : []),
  ];
}

/** Its name and its URI tell it from the other applications. */
function checkOthers({ at, displayName, identifierUri }: StepUp, api?: ApiApplication, web?: WebApplication): Issue[] {
  const named = [api, web].find((other) => other?.displayName === displayName);
  const sameName = {
    value: displayName,
    problem: 'is also the name of another application',
    allowed: 'a different name',
    ...(named && { related: [[...named.at, 'displayName']] }),
  };
  const sameUri = {
    value: identifierUri,
    problem: 'is that of the API, so its scopes would need no second factor',
    allowed: 'a different one',
  };
  return [
    ...(named === undefined ? [] : [error('duplicate-application-name', [...at, 'displayName'], sameName)]),
    ...(api?.identifierUri === identifierUri ? [error('step-up-identifier', [...at, 'identifierUri'], sameUri)] : []),
  ];
}
