import { isSamePath } from '../../../../../apps/service/web-paths';
import { duplicates, error, type Issues, placed, unknownNames, valuesOf } from '../../shared/issue';
import {
  type ApiApplication,
  type CustomersParts,
  redirectUrisOf,
  type StepUp,
  type WebApplication,
} from '../customers';

const IDENTIFIER_URI_LENGTH = 120;

/** Microsoft Entra, 'Redirect URI (reply URL) restrictions and limitations', with personal accounts. */
const REDIRECT_URI_COUNT = 100;

const REDIRECT_URI_LENGTH = 256;

type Section = Pick<CustomersParts, 'directory' | 'directoryType' | 'apiApplication' | 'webApplication' | 'stepUp'>;

/** The applications of the customers: addresses and names, as far as they could be read. */
export function* checkApplications({ directory, directoryType, ...applications }: Section): Issues {
  const { apiApplication: api, webApplication: web } = applications;
  if (api !== undefined && directory !== undefined) yield* checkIdentifierUri(api, directory);
  if (web !== undefined) yield* checkWebApplication(web);
  if (web?.frontChannelSignOut !== undefined && directoryType === 'b2c')
    yield error('front-channel-directory', [...web.at, 'frontChannelSignOut'], {
      value: web.frontChannelSignOut,
      problem:
        'is never loaded by a user flow of B2C: an application stays signed in when somebody signs out elsewhere',
      allowed: 'directoryType: external-id',
    });
  // The program makes no second application of a name that the directory has, so that a lost state is noticed.
  const words = { problem: 'is the name of both applications', allowed: 'a different name for each' };
  if (api !== undefined && web !== undefined)
    yield* duplicates('duplicate-application-name', valuesOf([api, web], 'displayName'), words);
}

/** An Application ID URI in the domain of the directory. */
function* checkIdentifierUri({ at, identifierUri }: ApiApplication | StepUp, directory: string): Issues {
  const base = `https://${directory}.onmicrosoft.com`;
  const problem = identifierUriProblem(identifierUri, base);
  const allowed = `${base}/<path>, ${IDENTIFIER_URI_LENGTH} characters at most`;
  if (problem !== undefined)
    yield error('identifier-uri', [...at, 'identifierUri'], { value: identifierUri, problem, allowed });
}

function identifierUriProblem(uri: string, base: string): string | undefined {
  if (uri.startsWith('api://'))
    return 'would contain the application id, which is unknown until the application exists';
  if (!uri.startsWith(base)) return 'is not in the domain of the directory';
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(uri.slice(base.length)))
    return 'must end in a path of letters, digits and ._~-';
  return uri.length > IDENTIFIER_URI_LENGTH ? `is ${uri.length} characters long` : undefined;
}

/** The redirect URIs of the web application: a callback for each flow on each host. */
function* checkWebApplication(application: WebApplication): Issues {
  const { at, callbacks } = application;
  if (isSamePath(callbacks.signIn, callbacks.stepUp))
    yield error('duplicate-callback', [...at, 'callbacks', 'stepUp'], {
      value: callbacks.stepUp,
      problem: 'is also the callback of the sign-in',
      allowed: 'a different path: the two tell the flows apart',
    });
  const others = [callbacks.signIn, callbacks.stepUp];
  if (callbacks.signOut !== undefined && others.some((path) => isSamePath(path, callbacks.signOut ?? path)))
    yield error('duplicate-callback', [...at, 'callbacks', 'signOut'], {
      value: callbacks.signOut,
      problem: 'is also the callback of a sign-in',
      allowed: 'a different path, or none: a sign-out may come back to any of them',
    });
  const uris = redirectUrisOf(application);
  if (uris.length > REDIRECT_URI_COUNT) {
    const problem = `make ${uris.length} redirect URIs, one for each callback`;
    yield error('too-many-redirect-uris', [...at, 'hosts'], { problem, allowed: `at most ${REDIRECT_URI_COUNT}` });
  }
  const long = uris.find((uri) => uri.length > REDIRECT_URI_LENGTH);
  if (long !== undefined)
    yield error('redirect-uri-length', [...at, 'hosts'], {
      value: long,
      problem: `makes a redirect URI of ${long.length} characters`,
      allowed: `at most ${REDIRECT_URI_LENGTH}`,
    });
}

/** The scopes with a second factor: External ID alone has them in an application of their own. */
export function* checkStepUp({ directory, directoryType, apiApplication: api, ...customers }: Section): Issues {
  const { stepUp, webApplication: web } = customers;
  if (stepUp === undefined) return;
  const { at, displayName, identifierUri } = stepUp;
  if (directoryType === 'b2c') {
    yield error('step-up-directory', at, {
      aboutKey: true,
      problem: 'is for External ID; a B2C directory asks for the second factor by a user flow',
      allowed: 'a user flow with use: stepUp, or directoryType: external-id',
    });
    return;
  }
  if (directory !== undefined) yield* checkIdentifierUri(stepUp, directory);
  if (api !== undefined) yield* checkScopes(stepUp, api);
  const named = [api, web].find((other) => other?.displayName === displayName);
  if (named !== undefined)
    yield error('duplicate-application-name', [...at, 'displayName'], {
      value: displayName,
      problem: 'is also the name of another application',
      allowed: 'a different name',
      related: [[...named.at, 'displayName']],
    });
  if (api?.identifierUri === identifierUri)
    yield error('step-up-identifier', [...at, 'identifierUri'], {
      value: identifierUri,
      problem: 'is that of the API, so its scopes would need no second factor',
      allowed: 'a different one',
    });
}

function* checkScopes({ at, scopes }: StepUp, api: ApiApplication): Issues {
  const known = api.scopes.map(({ value }) => value);
  const problem = 'is not a scope of customers.apiApplication';
  yield* unknownNames('step-up-scope', placed(scopes, [...at, 'scopes']), { problem, known, things: 'scopes' });
  if (known.every((value) => scopes.includes(value)))
    yield error('step-up-scopes', [...at, 'scopes'], {
      problem: 'include every scope of the API: no one could read without a second factor',
      allowed: 'some of customers.apiApplication.scopes',
    });
}
