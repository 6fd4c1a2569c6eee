import { textsIn } from '../base/own-pages';
import type { Directory } from '../graph/directory/directory';
import { type JsonObject, objectOf, objectsOf, textOf } from '../graph/json';
import { inputsOf } from '../graph/resources/events-flows/events-flows';
import { portalSettingsOf } from '../graph/resources/user-flows/portal';
import type { Entity } from '../graph/store/store';
import type { DirectoryAccount } from './store/users';
import { directoryTypeOf, registeredApis, registeredClients } from './registered-applications';
import type { Flow, FlowAttribute, FlowType, Registrations } from './registrations';

const FLOW_TYPES: readonly FlowType[] = ['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset'];

/**
 * Everything that was registered through the emulator's Graph, as it is at the moment of reading: a change takes effect at once.
 * Left out is what the service would refuse too: applications without service principal or of another audience,
 * secrets out of their time, disabled scopes, permissions without consent of an administrator.
 */
export function registrationsFromGraph(directory: Directory): Registrations {
  const { tenant } = directory;
  return {
    directoryType: directoryTypeOf(directory),
    directory: tenant.domain.split('.', 1)[0] ?? tenant.domain,
    tenantId: tenant.id,
    get clients() {
      return registeredClients(directory);
    },
    get apis() {
      return registeredApis(directory);
    },
    findAccount: (email) => accountOf(directory, email.toLowerCase()),
    get flows() {
      return directoryTypeOf(directory) === 'external-id'
        ? eventsFlowsOf(directory)
        : directory.all('userFlows').flatMap((flow) => flowOf(directory, flow));
    },
  };
}

/** A local account that may sign in. */
function accountOf(directory: Directory, email: string): DirectoryAccount | undefined {
  const isOf = (user: Entity): boolean =>
    objectsOf(user, 'identities').some(
      (one) => textOf(one, 'signInType') === 'emailAddress' && textOf(one, 'issuerAssignedId').toLowerCase() === email,
    );
  const user = directory.all('users').find(isOf);
  if (user === undefined || user['accountEnabled'] === false || textOf(user, '_password') === '') return undefined;
  const texts = Object.entries(textsIn(user));
  const attributes = Object.fromEntries(texts.filter(([name]) => ATTRIBUTES.test(name)));
  return { id: user.id, emails: [email], attributes, password: textOf(user, '_password') };
}

/** Properties of a user that are attributes of user flows. */
const ATTRIBUTES =
  /^(city|country|displayName|givenName|jobTitle|postalCode|state|streetAddress|surname|extension_[\da-f]{32}_\w+)$/;

function flowOf(directory: Directory, flow: Entity): readonly Flow[] {
  const type = FLOW_TYPES.find((known) => known === flow['userFlowType']);
  if (type === undefined) return [];
  return [
    {
      id: flow.id,
      type,
      ...portalSettingsOf(flow),
      attributes: objectsOf(flow, '_attributes').map(attributeOf),
      identityProviders: directory.links(flow.id, 'identityProviders'),
    },
  ];
}

function attributeOf(assignment: JsonObject): FlowAttribute {
  return {
    id: textOf(assignment, 'id'),
    label: textOf(assignment, 'displayName'),
    optional: assignment['isOptional'] === true,
    requiresVerification: assignment['requiresVerification'] === true,
  };
}

// What an external tenant has in other places than a B2C directory.

/** User flows, with the applications that they are attached to. */
function eventsFlowsOf(directory: Directory): readonly Flow[] {
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
