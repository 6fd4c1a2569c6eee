import { valueAt } from '../../text/values';
import { consequences, type Consequences } from './consequences';
import { type Inputs, type InputValue, isInputs, missing, textIn } from '../source/inputs';

type Value = InputValue | undefined;

/** A value in a report: alone, or in lines, each of a code and a text. */
export type Shown =
  | { readonly as: 'code' | 'text'; readonly text: string }
  | { readonly as: 'lines'; readonly lines: readonly { readonly code?: string; readonly text?: string }[] };

/** Gains and losses of somebody by a change, on which there are sentences where a program sets the property. */
type Meaning<Found> =
  | { readonly means: 'harmless' }
  | { readonly means: Harm; readonly azuread: readonly [] }
  | { readonly means: Harm; readonly changes: Changes<Found> };
type Harm = 'lets in' | 'lifts up' | 'locks out' | 'hides';
/** Sentences on a change, about the application of this name. */
type Changes<Found> = (before: Found, after: Found, application: string) => Consequences;

/** Words on a difference of the directory from the estate. */
export interface Drift {
  /** Value, or one value of a list: `the sign-on URL`, `the scope`. */
  readonly label: string;
  /** Several values of a list. @default the label with an s */
  readonly labels?: string;
  /** States of a flag: off, on. */
  readonly states?: readonly [off: string, on: string];
  /** Effect on people, if there is another one than the words say. */
  readonly harm?: string;
}

interface Given<Found> {
  /** Type in Microsoft's description: the registration, or what stands for it in the directory. */
  readonly of: 'application' | 'servicePrincipal';
  /** Places of its values in that type. */
  readonly graph: readonly string[];
  /** The same in the inputs of azuread's resource; none where no program sets it. @default as in Graph */
  readonly azuread?: readonly string[];
  readonly read: (...values: readonly Value[]) => Found;
  /** Title in a report, which leaves it out without one. */
  readonly term?: string;
  /** Words on a difference of the directory from the estate. @default the doctor compares it otherwise, or not at all */
  readonly drift?: Drift;
  /** Form in a report. @default a part of its own shows it */
  readonly shown?: (found: Found) => Shown | undefined;
}

/** A property of applications. */
export interface ApplicationProperty<Found> extends Omit<Given<Found>, 'shown' | 'read'> {
  readonly fromGraph: (object: Inputs) => Found;
  readonly fromProgram: (inputs: Inputs) => Found;
  readonly changed: (before: Inputs, after: Inputs, application: string) => Consequences;
  /** A method, since a list of properties has values of different types. */
  shownAs(found: Found): Shown | undefined;
}

function property<Found>({ read, shown, ...given }: Given<Found> & Meaning<Found>): ApplicationProperty<Found> {
  const { graph, azuread = graph } = given;
  const changes = 'changes' in given ? given.changes : undefined;
  const at = (object: Inputs, paths: readonly string[]): Found =>
    read(...paths.map((path) => valueAt(object, path.split('.')) as Value));
  const fromProgram = (inputs: Inputs): Found => at(inputs, azuread);
  return {
    ...given,
    fromProgram,
    fromGraph: (object) => at(object, graph),
    changed: (before, after, application) =>
      changes?.(fromProgram(before), fromProgram(after), application) ?? consequences([]),
    shownAs: (found) => shown?.(found),
  };
}

type Own<Found> = Omit<Given<Found>, 'of' | 'graph'> & Meaning<Found>;
const registration = <Found>(graph: readonly string[], own: Own<Found>): ApplicationProperty<Found> =>
  property({ of: 'application', graph, ...own });
const principal = <Found>(graph: readonly string[], own: Own<Found>): ApplicationProperty<Found> =>
  property({ of: 'servicePrincipal', graph, ...own });

const text = (value?: Value): string => (typeof value === 'string' ? value : '');
const optionalText = (value?: Value): string | undefined => text(value) || undefined;
const texts = (...lists: readonly Value[]): readonly string[] =>
  lists.flatMap((list) => (Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []));
const objects = (list?: Value): readonly Inputs[] => (Array.isArray(list) ? list.filter(isInputs) : []);
const asCode = (value: string | number | undefined): Shown | undefined =>
  value === undefined || value === '' ? undefined : { as: 'code', text: String(value) };
const asCodes = (codes: readonly string[]): Shown => ({ as: 'lines', lines: codes.map((code) => ({ code })) });

/** In the order of a report. Ids, names and what other applications may do stand elsewhere. */
export const APPLICATION_PROPERTIES = {
  displayName: registration(['displayName'], { read: text, means: 'harmless' }),
  templateId: registration(['applicationTemplateId'], { azuread: ['templateId'], read: text, means: 'harmless' }),
  audience: registration(['signInAudience'], {
    read: text,
    drift: { label: 'who may sign in' },
    means: 'lets in',
    changes: (before, after) =>
      consequences([before !== after && `Who may sign in changes from ${before || 'none'} to ${after || 'none'}.`]),
    term: 'Who may sign in',
    shown: asCode,
  }),
  tokenVersion: registration(['api.requestedAccessTokenVersion'], {
    read: (version) => (typeof version === 'number' ? version : undefined),
    drift: { label: 'the version of access tokens' },
    means: 'locks out',
    changes: (before, after) =>
      consequences([
        before !== after &&
          `Access tokens change from version ${before ?? 1} to ${after ?? 1}: issuer and claims differ.`,
      ]),
    term: 'Version of access tokens',
    shown: asCode,
  }),
  mappedClaims: registration(['api.acceptMappedClaims'], {
    azuread: ['api.mappedClaimsEnabled'],
    read: (flag): true | undefined => (flag === true ? true : undefined),
    means: 'lifts up',
    changes: (before, after, application) =>
      consequences(
        [
          before &&
            !after &&
            `${application} takes no mapped claims any more: as long as some are mapped there, sign-ins fail.`,
        ],
        [!before && after && `Tokens for ${application} may have claims that are mapped there, by an API for example.`],
      ),
    term: 'Claims',
    shown: (flag) => flag && { as: 'text', text: 'may be mapped at it, by an API for example' },
  }),
  identifierUris: registration(['identifierUris'], {
    read: texts,
    drift: { label: 'the identifier' },
    means: 'locks out',
    changes: (before, after) =>
      consequences(
        missing(before, after).map(
          (uri) => `The identifier URI ${uri} is removed: requests and tokens that name it are refused.`,
        ),
      ),
    term: 'Identifier URIs',
    shown: asCodes,
  }),
  redirectUris: registration(['web.redirectUris'], {
    read: texts,
    drift: { label: 'the redirect URI' },
    means: 'lets in',
    changes: redirectChanges,
    term: 'Redirect URIs',
    shown: asCodes,
  }),
  otherRedirectUris: registration(['spa.redirectUris', 'publicClient.redirectUris'], {
    azuread: ['singlePageApplication.redirectUris', 'publicClient.redirectUris'],
    read: texts,
    drift: {
      label: 'the redirect URI of a page or a public client',
      labels: 'the redirect URIs of a page or a public client',
    },
    means: 'lets in',
    changes: redirectChanges,
    term: 'Redirect URIs without a secret',
    shown: asCodes,
  }),
  implicitTokens: registration<readonly string[]>(
    ['web.implicitGrantSettings.enableIdTokenIssuance', 'web.implicitGrantSettings.enableAccessTokenIssuance'],
    {
      azuread: ['web.implicitGrant.idTokenIssuanceEnabled', 'web.implicitGrant.accessTokenIssuanceEnabled'],
      read: (idToken, token) => [...(idToken === true ? ['id_token'] : []), ...(token === true ? ['token'] : [])],
      drift: { label: 'the implicit grant' },
      means: 'lets in',
      changes: (before, after, application) =>
        consequences([
          before.length > 0 &&
            after.length === 0 &&
            `${application} gets no token without a code any more: sign-ins that request one fail.`,
          missing(after, before).length > 0 &&
            `${application} gets tokens without a code (${after.join(', ')}): pages, histories and logs of browsers can leak them.`,
        ]),
      term: 'Tokens without a code',
      shown: asCodes,
    },
  ),
  logoutUrl: registration(['web.logoutUrl'], {
    read: optionalText,
    drift: { label: 'the front-channel logout URL' },
    means: 'lets in',
    changes: (before, after, application) =>
      consequences([
        before !== undefined &&
          before !== after &&
          `${application} no longer hears at ${before} that somebody signed out elsewhere: it may keep them signed in.`,
      ]),
    term: 'Front-channel logout URL',
    shown: asCode,
  }),
  isPublicClient: registration(['isFallbackPublicClient'], {
    azuread: [],
    read: (flag) => flag === true,
    means: 'lets in',
  }),
  signOnUrl: principal(['loginUrl'], {
    read: text,
    drift: { label: 'the sign-on URL' },
    means: 'harmless',
    term: 'Sign-on URL',
    shown: asCode,
  }),
  scopes: registration<readonly Scope[]>(['api.oauth2PermissionScopes'], {
    read: (list) => objects(list).filter(isScopeEnabled).map(scopeOf),
    drift: { label: 'the scope' },
    means: 'locks out',
    changes: (before, after) =>
      consequences(
        missing(before.map(valueOf), after.map(valueOf)).map(
          (scope) => `The scope ${scope} is removed: clients that ask for it are refused.`,
        ),
      ),
    term: 'Scopes',
    shown: (scopes) => ({
      as: 'lines',
      lines: scopes.map(({ value, displayName }) => ({ code: value, text: displayName })),
    }),
  }),
  asksFor: registration<readonly string[]>(['requiredResourceAccess'], {
    azuread: ['requiredResourceAccesses'],
    read: (list) => objects(list).map((one) => textIn(one, 'resourceAppId') ?? ''),
    means: 'harmless',
  }),
  secrets: registration<readonly Secret[]>(['passwordCredentials'], {
    azuread: [],
    read: (list) =>
      objects(list).map((one) => ({
        keyId: textIn(one, 'keyId') ?? '',
        name: optionalText(one['displayName']),
        end: textIn(one, 'endDateTime') ?? '',
      })),
    means: 'lets in',
    term: 'Client secrets',
  }),
  certificates: principal<readonly never[]>(['keyCredentials'], {
    azuread: [],
    read: () => [],
    means: 'locks out',
    term: 'Signing certificates',
  }),
  notificationEmails: principal(['notificationEmailAddresses'], {
    read: texts,
    means: 'harmless',
    term: 'Told before a certificate expires',
    shown: (emails) => ({ as: 'lines', lines: emails.map((email) => ({ text: email })) }),
  }),
  assignmentRequired: principal(['appRoleAssignmentRequired'], {
    read: (flag) => flag === true,
    drift: {
      label: 'an assignment',
      states: ['not required', 'required'],
      harm: 'everybody in the directory can sign in',
    },
    means: 'lets in',
    changes: (before, after, application) =>
      consequences(
        [
          before &&
            !after &&
            `Everybody in the tenant may sign in to ${application}: an assignment is not required any more.`,
        ],
        [!before && after && `Only who is assigned to ${application} may sign in to it from now on.`],
      ),
    term: 'Assignment',
    shown: (isRequired) => ({
      as: 'text',
      text: isRequired ? 'required: only who is assigned may sign in' : 'not required',
    }),
  }),
  isEnabled: principal(['accountEnabled'], {
    read: (flag) => flag !== false,
    drift: { label: 'it', states: ['disabled', 'enabled'], harm: 'no one can sign in' },
    means: 'locks out',
    changes: (before, after, application) =>
      consequences([before && !after && `No one can sign in to ${application} any more: it is disabled.`]),
  }),
  mode: principal(['preferredSingleSignOnMode'], {
    read: optionalText,
    drift: { label: 'single sign-on', harm: 'no one can sign in' },
    means: 'locks out',
    changes: (before, after, application) =>
      consequences([
        before !== after && `Single sign-on to ${application} changes from ${before ?? 'none'} to ${after ?? 'none'}.`,
      ]),
  }),
  replyUrls: principal(['replyUrls'], {
    azuread: [],
    read: texts,
    drift: { label: 'the reply URL' },
    means: 'lets in',
  }),
  isHidden: property({
    of: 'servicePrincipal',
    graph: ['tags'],
    azuread: [],
    read: (tags) => texts(tags).includes('HideApp'),
    means: 'hides',
  }),
  roles: principal<readonly Role[]>(['appRoles'], {
    azuread: [],
    read: (list) =>
      objects(list)
        .filter(({ isEnabled }) => isEnabled === true)
        .map((one) => ({
          id: textIn(one, 'id') ?? '',
          value: textIn(one, 'value') ?? '',
          displayName: textIn(one, 'displayName') ?? '',
        })),
    drift: { label: 'the role' },
    means: 'lifts up',
  }),
};

interface Secret {
  readonly keyId: string;
  /** Undefined where whoever made it gave it none. */
  readonly name: string | undefined;
  /** End of it, as Graph writes a moment. */
  readonly end: string;
}

interface Role {
  readonly id: string;
  /** Empty of a role that tokens do not name. */
  readonly value: string;
  readonly displayName: string;
}

interface Scope extends Role {
  readonly description: string;
}

/** azuread's name of the flag is another one. */
function isScopeEnabled({ isEnabled, enabled }: Inputs): boolean {
  return (isEnabled ?? enabled) === true;
}

function scopeOf(scope: Inputs): Scope {
  return {
    id: textIn(scope, 'id') ?? '',
    value: textIn(scope, 'value') ?? '',
    displayName: textIn(scope, 'adminConsentDisplayName') ?? '',
    description: textIn(scope, 'adminConsentDescription') ?? '',
  };
}

/** A scope that Graph has without a value goes by its id. */
const valueOf = ({ id, value }: Scope): string => value || id;

export function redirectChanges(before: readonly string[], after: readonly string[]): Consequences {
  return consequences(
    missing(before, after).map((uri) => `The redirect URI ${uri} is removed: sign-ins that return there fail.`),
    missing(after, before).map((uri) => `Sign-ins may return to ${uri} as well.`),
  );
}
