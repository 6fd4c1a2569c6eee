import type { Directory } from '../graph/directory/directory';
import { objectOf, objectsOf, textOf, textsOf } from '../graph/json';
import { inputsOf } from '../graph/resources/events-flows/events-flows';
import type { Entity } from '../graph/store/store';
import type { Flow } from './registrations';

// What an external tenant has in other places than a B2C directory.

/** User flows, with the applications that they are attached to. */
export function eventsFlowsOf(directory: Directory): readonly Flow[] {
  return directory.all('eventsFlows').map((flow) => ({
    id: textOf(flow, 'displayName'),
    type: objectOf(flow, 'onInteractiveAuthFlowStart')['isSignUpAllowed'] === true ? 'signUpOrSignIn' : 'signIn',
    multifactorMethod: 'email',
    attributes: inputsOf(objectOf(flow, 'onAttributeCollection')).map((input) => ({
      id: textOf(input, 'attribute'),
      label: textOf(input, 'label'),
      optional: input['required'] !== true,
      requiresVerification: true,
    })),
    identityProviders: directory.links(flow.id, 'identityProviders'),
    applications: directory.links(flow.id, 'applications'),
  }));
}

/** Claims that an application asks for besides the usual ones. */
export function optionalClaimsOf(application: Entity, token: 'idToken' | 'accessToken'): readonly string[] {
  return objectsOf(objectOf(application, 'optionalClaims'), token).map((claim) => textOf(claim, 'name'));
}

/** Says that a policy that is in force asks everybody for a second factor at the application. */
export function isCovered(directory: Directory, appId: string): boolean {
  return directory.all('conditionalAccessPolicies').some((policy) => {
    const conditions = objectOf(policy, 'conditions');
    const applications = textsOf(objectOf(conditions, 'applications'), 'includeApplications');
    return (
      policy['state'] === 'enabled' &&
      [appId, 'All'].some((id) => applications.includes(id)) &&
      textsOf(objectOf(conditions, 'users'), 'includeUsers').includes('All') &&
      textsOf(objectOf(policy, 'grantControls'), 'builtInControls').includes('mfa')
    );
  });
}
