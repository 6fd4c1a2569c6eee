import type { FactInputs, ProgramResource } from './facts';
import { flagIn, numberIn, objectIn, objectsIn, textIn, textsIn } from './read-value';
import type { ResourceIndex } from './resource-index';

/** Consequences of a change of a resource, in sentences. */
export interface Consequences {
  /** Dangers that must not be overlooked. */
  readonly dangers: readonly string[];
  /** Other facts to know. */
  readonly notes: readonly string[];
}

export const NO_CONSEQUENCES: Consequences = { dangers: [], notes: [] };

/** A resource before and after a change, each with the others of its side. */
export interface ChangedResource {
  readonly before: ProgramResource;
  readonly beforeIndex: ResourceIndex;
  readonly after: ProgramResource;
  readonly afterIndex: ResourceIndex;
}

type UpdateRule = (change: ChangedResource) => Consequences;

/** Consequences of inputs that are changed in place, by type. */
const UPDATES: Readonly<Record<string, UpdateRule>> = {
  'azuread:index/application:Application': ({ before, after }) => applicationUpdate(before.inputs, after.inputs),
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': ({ before, after }) =>
    redirectChanges(textsIn(before.inputs, 'redirectUris'), textsIn(after.inputs, 'redirectUris')),
  'azuread:index/servicePrincipal:ServicePrincipal': ({ before, after, afterIndex }) =>
    principalUpdate(before.inputs, after.inputs, afterIndex.labelOf(after)),
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': consentUpdate,
  'entragraph:index:UserFlow': ({ before, after }) => userFlowUpdate(before.inputs, after.inputs),
  'entragraph:index:AuthenticationEventsFlow': ({ before, after, afterIndex }) =>
    eventsFlowUpdate(before.inputs, after.inputs, afterIndex.labelOf(after)),
  'entragraph:index:SamlSigningCertificate': ({ before, after }) => certificateUpdate(before.inputs, after.inputs),
  'entragraph:index:SynchronizationState': ({ before, after }) => provisioningUpdate(before.inputs, after.inputs),
  'azuread:index/synchronizationSecret:SynchronizationSecret': ({ before, after }) =>
    endpointUpdate(before.inputs, after.inputs),
  'pulumi:providers:entragraph': ({ before, after }) => tenantUpdate(before.inputs, after.inputs),
  'entragraph:index:SynchronizationSchema': ({ before, after }) => mappingsUpdate(before.inputs, after.inputs),
};

export function consequencesOfUpdate(change: ChangedResource): Consequences {
  return UPDATES[change.after.type]?.(change) ?? NO_CONSEQUENCES;
}

function applicationUpdate(before: FactInputs, after: FactInputs): Consequences {
  const scopesOf = (inputs: FactInputs): readonly string[] =>
    objectsIn(objectIn(inputs, 'api'), 'oauth2PermissionScopes').flatMap((scope) => textIn(scope, 'value') ?? []);
  const redirects = redirectChanges(redirectUrisIn(before), redirectUrisIn(after));
  const lostScopes = missing(scopesOf(before), scopesOf(after));
  const lostUris = missing(textsIn(before, 'identifierUris'), textsIn(after, 'identifierUris'));
  const [audience, newAudience] = [textIn(before, 'signInAudience'), textIn(after, 'signInAudience')];
  return {
    dangers: [
      ...redirects.dangers,
      ...lostScopes.map((scope) => `The scope ${scope} is removed: clients that ask for it are refused.`),
      ...lostUris.map((uri) => `The identifier URI ${uri} is removed: requests and tokens that name it are refused.`),
      ...(audience === newAudience
        ? []
        : [`Who may sign in changes from ${shown(audience)} to ${shown(newAudience)}.`]),
      ...tokenVersionDangers(before, after),
    ],
    notes: redirects.notes,
  };
}

function tokenVersionDangers(before: FactInputs, after: FactInputs): readonly string[] {
  const [from, to] = [before, after].map((inputs) => numberIn(objectIn(inputs, 'api'), 'requestedAccessTokenVersion'));
  return from === to ? [] : [`Access tokens change from version ${from ?? 1} to ${to ?? 1}: issuer and claims differ.`];
}

function redirectUrisIn(inputs: FactInputs): readonly string[] {
  const platforms = ['web', 'singlePageApplication', 'publicClient'];
  return platforms.flatMap((platform) => textsIn(objectIn(inputs, platform), 'redirectUris'));
}

function redirectChanges(before: readonly string[], after: readonly string[]): Consequences {
  return {
    dangers: missing(before, after).map(
      (uri) => `The redirect URI ${uri} is removed: sign-ins that return there fail.`,
    ),
    notes: missing(after, before).map((uri) => `Sign-ins may return to ${uri} as well.`),
  };
}

function principalUpdate(before: FactInputs, after: FactInputs, label: string): Consequences {
  const required = (inputs: FactInputs): boolean => flagIn(inputs, 'appRoleAssignmentRequired') ?? false;
  const enabled = (inputs: FactInputs): boolean => flagIn(inputs, 'accountEnabled') ?? true;
  const [mode, newMode] = [before, after].map((inputs) => textIn(inputs, 'preferredSingleSignOnMode'));
  return {
    dangers: [
      ...(required(before) && !required(after)
        ? [`Everybody in the tenant may sign in to ${label}: an assignment is not required any more.`]
        : []),
      ...(enabled(before) && !enabled(after) ? [`No one can sign in to ${label} any more: it is disabled.`] : []),
      ...(mode === newMode ? [] : [`Single sign-on to ${label} changes from ${shown(mode)} to ${shown(newMode)}.`]),
    ],
    notes:
      !required(before) && required(after) ? [`Only who is assigned to ${label} may sign in to it from now on.`] : [],
  };
}

function consentUpdate({ before, after, afterIndex }: ChangedResource): Consequences {
  const names = afterIndex.labelOf(after);
  const [old, now] = [textsIn(before.inputs, 'claimValues'), textsIn(after.inputs, 'claimValues')];
  const [gained, lost] = [missing(now, old), missing(old, now)];
  return {
    dangers: [
      ...(gained.length === 0 ? [] : [`Consent widened for everybody (${names}): ${gained.join(', ')}.`]),
      ...(lost.length === 0 ? [] : [`Consent withdrawn (${names}): calls that need ${lost.join(', ')} fail.`]),
    ],
    notes: [],
  };
}

const MULTIFACTOR_STRENGTH: Readonly<Record<string, number>> = { off: 0, conditional: 1, on: 2 };

function userFlowUpdate(before: FactInputs, after: FactInputs): Consequences {
  const id = textIn(after, 'userFlowId') ?? '';
  const [old, now] = [before, after].map((inputs) => textIn(objectIn(inputs, 'multifactor'), 'state'));
  const [from, to] = [strengthOf(old), strengthOf(now)];
  const providers = missing(textsIn(before, 'identityProviders'), textsIn(after, 'identityProviders'));
  const claims = missing(textsIn(before, 'claims'), textsIn(after, 'claims'));
  return {
    dangers: [
      ...(to < from ? [`The second factor of ${id} is weakened: ${shown(old)} becomes ${shown(now)}.`] : []),
      ...providers.map((provider) => `Whoever signs in to ${id} with ${provider} can't any more.`),
      ...(claims.length === 0 ? [] : [`Tokens of ${id} lack ${claims.join(', ')}: applications that read it break.`]),
    ],
    notes: to > from ? [`The second factor of ${id} is strengthened: ${shown(old)} becomes ${shown(now)}.`] : [],
  };
}

function eventsFlowUpdate(before: FactInputs, after: FactInputs, name: string): Consequences {
  const isOpen = (inputs: FactInputs): boolean => flagIn(inputs, 'isSignUpAllowed') ?? true;
  const providers = missing(textsIn(before, 'identityProviders'), textsIn(after, 'identityProviders'));
  return {
    dangers: [
      ...(isOpen(before) && !isOpen(after) ? [`No one can sign up in ${name} any more.`] : []),
      ...providers.map((provider) => `Whoever signs in to ${name} with ${provider} can't any more.`),
    ],
    notes: !isOpen(before) && isOpen(after) ? [`Everybody may sign up in ${name} from now on.`] : [],
  };
}

function strengthOf(state: string | undefined): number {
  return MULTIFACTOR_STRENGTH[state ?? 'off'] ?? 0;
}

function certificateUpdate(before: FactInputs, after: FactInputs): Consequences {
  const active = (inputs: FactInputs): boolean => flagIn(inputs, 'active') ?? true;
  const name = textIn(after, 'displayName') ?? '';
  if (active(before) === active(after)) return NO_CONSEQUENCES;
  return active(after)
    ? { dangers: [`${name} begins to sign: the application must have it by then, or no one can sign in.`], notes: [] }
    : { dangers: [], notes: [`${name} does not sign any more.`] };
}

function provisioningUpdate(before: FactInputs, after: FactInputs): Consequences {
  const running = (inputs: FactInputs): boolean => flagIn(inputs, 'running') ?? true;
  const [old, accepted] = [before, after].map((inputs) => textIn(inputs, 'acceptDeletions'));
  const [starts, ends] = [!running(before) && running(after), running(before) && !running(after)];
  return {
    dangers: [
      ...(ends ? ['Provisioning is paused: whoever leaves or changes groups keeps the access at AWS.'] : []),
      ...(accepted === undefined || accepted === old
        ? []
        : [
            `Deletions that Entra ID holds back since ${accepted} go through: these people are disabled or deleted at AWS.`,
          ]),
    ],
    notes: starts ? ['Provisioning starts.'] : [],
  };
}

function mappingsUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => JSON.stringify(objectsIn(inputs, 'attributeMappings')));
  return from === to
    ? NO_CONSEQUENCES
    : { dangers: [], notes: ['Provisioning evaluates every user again with the changed mappings.'] };
}

function endpointUpdate(before: FactInputs, after: FactInputs): Consequences {
  const valueOf = (inputs: FactInputs, key: string): string | undefined => {
    const credential = objectsIn(inputs, 'credentials').find((one) => textIn(one, 'key') === key);
    return credential === undefined ? undefined : textIn(credential, 'value');
  };
  const [from, to] = [valueOf(before, 'BaseAddress'), valueOf(after, 'BaseAddress')];
  return {
    dangers: [
      ...(from === to ? [] : [`Users and groups are provisioned to ${shown(to)} instead of ${shown(from)}.`]),
      ...(valueOf(before, 'SyncAll') === 'false' && valueOf(after, 'SyncAll') !== 'false'
        ? ['Everybody in the tenant is provisioned, not only who is assigned.']
        : []),
    ],
    notes: [],
  };
}

function tenantUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => textIn(inputs, 'tenantId'));
  if (from === to) return NO_CONSEQUENCES;
  const danger = `The tenant is ${shown(to)} instead of ${shown(from)}: what was deployed is not looked for there, and stays in the old one.`;
  return { dangers: [danger], notes: [] };
}

function missing(these: readonly string[], others: readonly string[]): readonly string[] {
  return these.filter((one) => !others.includes(one));
}

function shown(value: string | undefined): string {
  return value ?? 'none';
}
