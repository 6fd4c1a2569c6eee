import type { Estate } from '../../estate/sections/estate';
import type { Action } from '../blocks/block';
import { applicationChanges } from '../../estate/records/application-values';
import { redirectChanges } from '../../estate/records/application-properties';
import { consequences, type Consequences } from '../../estate/records/consequences';
import { flowChanges } from '../../estate/records/flow-properties';
import { flagIn, missing, numberIn, objectIn, objectsIn, textIn, textsIn } from '../../estate/source/inputs';
import type { FactInputs, ProgramResource } from './facts';
import type { ResourceIndex } from './resource-index';

/** User flows of both kinds of directories. */
export const FLOW_TYPES: readonly string[] = ['entragraph:index:UserFlow', 'entragraph:index:AuthenticationEventsFlow'];

/** A type of resources, or of lookups, in a report. */
interface ResourceType {
  /** The type in words, as the field's documentation and the portals have it. */
  readonly what: string;
  /**
   * Inputs that the provider can't change in place: another value makes a new resource and removes the old one.
   *
   * Sources: the inputs of which azuread's SDK says that changing them forces a new resource, and `ForceNew` in the schema of its
   * provider for those that the SDK does not document so (ServicePrincipal, SynchronizationJob's template,
   * ServicePrincipalClaimsMappingPolicyAssignment); `replaceOn` of the resources in provider/. @default all change in place
   */
  readonly replacedBy?: readonly string[];
  /** Consequences of inputs that are changed in place, with the name that people have for the resource. @default none */
  readonly updated?: (before: FactInputs, after: FactInputs, label: string) => Consequences;
  /** Words for what is lost with it. @default nothing is */
  readonly removed?: (resource: ProgramResource, index: ResourceIndex) => string | undefined;
  /** True if something is lost with the old one also where a new one takes its place at once. @default false */
  readonly isLostWithId?: boolean;
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  'azuread:index/application:Application': {
    what: 'application',
    replacedBy: ['templateId'],
    updated: applicationChanges('application'),
    removed: (one, index) =>
      `The application ${index.labelOf(one)} is deleted: no one can sign in to it, and its client id never comes back.`,
    isLostWithId: true,
  },
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': {
    what: 'enterprise application',
    replacedBy: ['templateId'],
    removed: (one, index) =>
      `The application ${index.labelOf(one)} is deleted with its single sign-on, and its client id never comes back.`,
    isLostWithId: true,
  },
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': {
    what: 'identifier URI',
    replacedBy: ['applicationId', 'identifierUri'],
    removed: (one) =>
      `The identifier URI ${textIn(one.inputs, 'identifierUri') ?? ''} is removed: requests that name it are refused.`,
  },
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': {
    what: 'redirect URIs',
    replacedBy: ['applicationId', 'type'],
    updated: redirectUpdate,
    removed: (one) =>
      `Redirect URIs are removed, and sign-ins that return there fail: ${textsIn(one.inputs, 'redirectUris').join(', ')}.`,
  },
  'azuread:index/applicationPassword:ApplicationPassword': {
    what: 'client secret',
    replacedBy: ['applicationId', 'displayName', 'startDate', 'endDate', 'endDateRelative', 'rotateWhenChanged'],
    removed: (one, index) =>
      `A client secret of ${index.labelOf(index.applicationOf(one) ?? one)} is removed: whoever still uses it is refused.`,
  },
  'azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential': {
    what: 'federated credential',
    replacedBy: ['applicationId', 'displayName'],
    updated: trustUpdate,
    removed: (one) =>
      `The federated credential ${nameOf(one.inputs)} is removed: ${textIn(one.inputs, 'subject') ?? 'its subject'} can't sign in to Entra ID any more.`,
  },
  'azuread:index/servicePrincipal:ServicePrincipal': {
    what: 'service principal',
    replacedBy: ['clientId'],
    updated: applicationChanges('servicePrincipal'),
    removed: (one, index) =>
      `The service principal of ${index.labelOf(one)} is removed, with every consent and assignment that it has.`,
  },
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': {
    what: 'admin consent',
    replacedBy: ['servicePrincipalObjectId', 'resourceServicePrincipalObjectId', 'userObjectId'],
    updated: consentUpdate,
    removed: (one, index) =>
      `Consent withdrawn (${index.labelOf(one)}): calls that need ${textsIn(one.inputs, 'claimValues').join(', ')} fail.`,
  },
  'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': {
    what: 'claims policy assignment',
    replacedBy: ['claimsMappingPolicyId', 'servicePrincipalId'],
  },
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': { what: 'claims mapping policy' },
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': {
    what: 'Conditional Access policy',
    removed: (one, index) =>
      `The policy ${index.labelOf(one)} is deleted: what it asked for at a sign-in, such as a second factor, is no longer asked for.`,
  },
  'azuread:index/appRoleAssignment:AppRoleAssignment': {
    what: 'app role assignment',
    replacedBy: ['appRoleId', 'principalObjectId', 'resourceObjectId'],
    removed: (one, index) => {
      const { client, resource, role } = index.roleOf(one.inputs) ?? {};
      if (role !== undefined)
        return `${String(client)} loses the role ${role} of ${String(resource)}: its calls that need it are refused.`;
      return `${index.labelOf(one)} are not assigned to ${index.principalName(one.inputs['resourceObjectId'])} any more: who is in no other assigned group can't sign in to it, falls out of the scope of provisioning, and is disabled or deleted at AWS.`;
    },
  },
  'azuread:index/group:Group': {
    what: 'group',
    replacedBy: ['assignableToRole', 'behaviors', 'mailNickname', 'provisioningOptions', 'types'],
    updated: groupUpdate,
    removed: (one, index) =>
      `The group ${index.labelOf(one)} is deleted with its list of members, and whatever it gives access to is lost.`,
    isLostWithId: true,
  },
  'azuread:index/groupMember:GroupMember': {
    what: 'group in a group',
    replacedBy: ['groupObjectId', 'memberObjectId'],
    removed: (one, index) =>
      `${index.principalName(one.inputs['memberObjectId'])} is taken out of ${index.principalName(one.inputs['groupObjectId'])}: its people lose what they have through that group.`,
  },
  'azuread:index/synchronizationSecret:SynchronizationSecret': {
    what: 'provisioning credentials',
    replacedBy: ['servicePrincipalId'],
    updated: endpointUpdate,
  },
  'azuread:index/synchronizationJob:SynchronizationJob': {
    what: 'provisioning job',
    replacedBy: ['servicePrincipalId', 'templateId'],
    removed: () => 'Provisioning stops: whoever leaves or changes groups keeps the access at AWS.',
  },
  'entragraph:index:ApiConnector': {
    what: 'API connector',
    updated: calledElsewhere,
    removed: (one, index) =>
      `The API connector ${index.labelOf(one)} is deleted with its secret: no user flow calls ${textIn(one.inputs, 'targetUrl') ?? 'its API'} any more.`,
  },
  'entragraph:index:AuthenticationEventListener': { what: 'event listener', replacedBy: ['event'] },
  'entragraph:index:AuthenticationEventsFlow': {
    what: 'user flow',
    updated: flowChanges,
    removed: (one, index) =>
      `The user flow ${index.labelOf(one)} is deleted: no one can sign up for its applications any more.`,
  },
  'entragraph:index:CustomAuthenticationExtension': {
    what: 'custom authentication extension',
    replacedBy: ['event'],
    updated: calledElsewhere,
    removed: (one, index) =>
      `The custom authentication extension ${index.labelOf(one)} is deleted: ${textIn(one.inputs, 'targetUrl') ?? 'its API'} is not called at ${textIn(one.inputs, 'event') ?? 'its event'} any more, and what it refused there is let through.`,
    isLostWithId: true,
  },
  'entragraph:index:IdentityProvider': {
    what: 'identity provider',
    replacedBy: ['kind', 'identityProviderType'],
    removed: (one, index) =>
      `The identity provider ${index.labelOf(one)} is deleted: whoever signs in with it can't sign in any more.`,
    isLostWithId: true,
  },
  'entragraph:index:UserFlow': {
    what: 'user flow',
    replacedBy: ['userFlowId', 'userFlowType', 'userFlowTypeVersion'],
    updated: flowChanges,
    removed: (one, index) =>
      `The user flow ${index.labelOf(one)} is deleted: sign-ins that name it fail, and settings made by hand are lost.`,
    isLostWithId: true,
  },
  'entragraph:index:UserFlowAttribute': {
    what: 'user attribute',
    replacedBy: ['displayName', 'dataType'],
    removed: (one, index) => `The user attribute ${index.labelOf(one)} is deleted, with what people entered.`,
    isLostWithId: true,
  },
  'entragraph:index:SamlSigningCertificate': {
    what: 'signing certificate',
    replacedBy: ['servicePrincipalId', 'displayName', 'endDateTime'],
    updated: certificateUpdate,
    removed: (one, index) =>
      (flagIn(one.inputs, 'active') ?? true)
        ? `${index.labelOf(one)}, which signs, is removed: whoever trusts no other certificate refuses sign-ins.`
        : undefined,
    isLostWithId: true,
  },
  'entragraph:index:SynchronizationSchema': {
    what: 'attribute mappings',
    replacedBy: ['servicePrincipalId', 'jobId'],
    updated: mappingsUpdate,
  },
  'entragraph:index:SynchronizationState': {
    what: 'provisioning state',
    replacedBy: ['servicePrincipalId', 'jobId'],
    updated: provisioningUpdate,
  },
  'pulumi:providers:entragraph': { what: 'provider', updated: tenantUpdate },
  'azuread:index/getGroup:getGroup': { what: 'group looked up' },
  'azuread:index/getUsers:getUsers': { what: 'people looked up' },
  'azuread:index/getServicePrincipal:getServicePrincipal': { what: 'service principal looked up' },
  'azuread:index/getApplication:getApplication': { what: 'application looked up' },
  'azuread:index/getClientConfig:getClientConfig': { what: 'who deploys' },
};

/** A type that is not listed is its last part, `NamedLocation`, and changes in place. */
export function resourceType(type: string): ResourceType {
  return TYPES[type] ?? { what: type.split(':').at(-1) ?? type };
}

export function forcesReplacement(type: string, input: string): boolean {
  return resourceType(type).replacedBy?.includes(input) ?? false;
}

function redirectUpdate(before: FactInputs, after: FactInputs): Consequences {
  return redirectChanges(textsIn(before, 'redirectUris'), textsIn(after, 'redirectUris'));
}

const nameOf = (inputs: FactInputs): string => textIn(inputs, 'displayName') ?? 'without a name';

/** Whoever has a token of the issuer for the subject is the application, with all that it may do. */
function trustUpdate(before: FactInputs, after: FactInputs): Consequences {
  const tokens = (inputs: FactInputs): string =>
    `tokens of ${textIn(inputs, 'issuer') ?? 'no issuer'} for ${textIn(inputs, 'subject') ?? 'no subject'} (${textsIn(inputs, 'audiences').join(', ')})`;
  const [from, to] = [tokens(before), tokens(after)];
  return consequences([from !== to && `The federated credential ${nameOf(after)} trusts ${to} instead of ${from}.`]);
}

/** An API that is called elsewhere: it gets what people enter, and its answers count. */
function calledElsewhere(before: FactInputs, after: FactInputs, label: string): Consequences {
  const [from = '', to = ''] = [before, after].map((inputs) => textIn(inputs, 'targetUrl'));
  return consequences([
    from !== to &&
      `${label} sends what it is told of people to ${to} instead of ${from}, and does as that API answers.`,
  ]);
}

/** A group that gets or loses its rule is another group: its replacement is told of. */
export function groupUpdate(before: FactInputs, after: FactInputs, label: string): Consequences {
  const [old, now] = [before, after].map((inputs) => textIn(objectIn(inputs, 'dynamicMembership'), 'rule'));
  const isOther = old !== undefined && now !== undefined && old !== now;
  return consequences([
    isOther && `Another rule decides who is in ${label}: whoever it no longer fits loses what the group gives.`,
  ]);
}

function consentUpdate(before: FactInputs, after: FactInputs, names: string): Consequences {
  const [old, now] = [textsIn(before, 'claimValues'), textsIn(after, 'claimValues')];
  const [gained, lost] = [missing(now, old), missing(old, now)];
  return consequences([
    gained.length > 0 && `Consent widened for everybody (${names}): ${gained.join(', ')}.`,
    lost.length > 0 && `Consent withdrawn (${names}): calls that need ${lost.join(', ')} fail.`,
  ]);
}

function certificateUpdate(before: FactInputs, after: FactInputs): Consequences {
  const active = (inputs: FactInputs): boolean => flagIn(inputs, 'active') ?? true;
  const name = textIn(after, 'displayName') ?? '';
  return consequences(
    [
      !active(before) &&
        active(after) &&
        `${name} begins to sign: the application must have it by then, or no one can sign in.`,
    ],
    [active(before) && !active(after) && `${name} does not sign any more.`],
  );
}

function provisioningUpdate(before: FactInputs, after: FactInputs): Consequences {
  const running = (inputs: FactInputs): boolean => flagIn(inputs, 'running') ?? true;
  const [old, accepted] = [before, after].map((inputs) => textIn(inputs, 'acceptDeletions'));
  const [threshold, newThreshold] = [before, after].map((inputs) =>
    numberIn(objectIn(inputs, 'safeguards'), 'deletionThreshold'),
  );
  return consequences(
    [
      running(before) &&
        !running(after) &&
        'Provisioning is paused: whoever leaves or changes groups keeps the access at AWS.',
      accepted !== undefined &&
        accepted !== old &&
        `Deletions that Entra ID holds back since ${accepted} go through: these people are disabled or deleted at AWS.`,
      threshold !== undefined &&
        newThreshold !== undefined &&
        newThreshold > threshold &&
        `One cycle of provisioning may delete ${newThreshold} people at AWS before a person decides, instead of ${threshold}.`,
    ],
    [!running(before) && running(after) && 'Provisioning starts.'],
  );
}

function mappingsUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => JSON.stringify(objectsIn(inputs, 'attributeMappings')));
  return consequences([], [from !== to && 'Provisioning evaluates every user again with the changed mappings.']);
}

function endpointUpdate(before: FactInputs, after: FactInputs): Consequences {
  const valueOf = (inputs: FactInputs, key: string): string | undefined => {
    const credential = objectsIn(inputs, 'credentials').find((one) => textIn(one, 'key') === key);
    return credential && textIn(credential, 'value');
  };
  const [from, to] = [valueOf(before, 'BaseAddress'), valueOf(after, 'BaseAddress')];
  return consequences([
    from !== to && `Users and groups are provisioned to ${shown(to)} instead of ${shown(from)}.`,
    valueOf(before, 'SyncAll') === 'false' &&
      valueOf(after, 'SyncAll') !== 'false' &&
      'Everybody in the tenant is provisioned, not only who is assigned.',
  ]);
}

function tenantUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => textIn(inputs, 'tenantId'));
  return consequences([
    from !== to &&
      `The tenant is ${shown(to)} instead of ${shown(from)}: what was deployed is not looked for there, and stays in the old one.`,
  ]);
}

function shown(value: string | undefined): string {
  return value ?? 'none';
}

type Flows = NonNullable<Estate['customers']>['userFlows'];

/** A change of a resource, as far as it is looked at here. */
interface Change {
  readonly action: Action;
  readonly what: string;
  readonly label: string;
  readonly notes: readonly string[];
}

/** Changes with notes on user flows of B2C that get another name: the directory makes another flow, since it renames none. */
export function withRenamedFlows<Told extends Change>(
  changes: readonly Told[],
  [before, after]: readonly [base: Flows, head: Flows],
): readonly Told[] {
  return changes.map((change) => {
    const note = FLOW_NOTES[`${change.action} ${change.what}`]?.(change.label, before, after);
    return note === undefined ? change : { ...change, notes: [...change.notes, note] };
  });
}

const FLOW_NOTES: Readonly<Record<string, (id: string, before: Flows, after: Flows) => string | undefined>> = {
  'create user flow': (id, before, after) => {
    const earlier = after.find((flow) => flow.id === id)?.previousNames ?? [];
    const kept = earlier.filter((name) => before.some((flow) => flow.id === name));
    if (kept.length === 0) return undefined;
    return `It is ${kept.join(', ')} under another name. That flow stays until previousNames no longer lists it: first do what \`npx --no entra-aws steps\` lists for ${id}, then give every application the new address.`;
  },
  'delete user flow': (id, before, after) => {
    const use = before.find((flow) => flow.id === id)?.use;
    const successor = after.find((flow) => flow.use === use && before.every((one) => one.id !== flow.id));
    if (successor === undefined) return undefined;
    return `${successor.id} takes its place: to keep it until no application names it, write previousNames: [${id}] there.`;
  },
};
