import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';

/** Applications as they are named on the command line: by display name, client id or object id. */
export interface ApplicationChoice {
  readonly web?: string | undefined;
  readonly api?: string | undefined;
}

/** A directory as far as the choice goes by it. */
type Directory = Pick<CustomersTenant, 'applications' | 'policies'>;

/** Applications of an estate's customers. */
export interface ChosenApplications {
  readonly web: FoundApplication;
  readonly api: FoundApplication;
  /** External ID: the one whose scopes take a second factor, with its policy. */
  readonly stepUp?: { readonly application: FoundApplication; readonly policy: string };
}

/** The chosen applications, each once. */
export function listChosen({ web, api, stepUp }: ChosenApplications): readonly FoundApplication[] {
  return [web, api, ...(stepUp ? [stepUp.application] : [])];
}

/** Finds the web application of the customers and the API that it calls. @throws Error where that takes a choice */
export function chooseApplications(tenant: Directory, choice: ApplicationChoice): ChosenApplications {
  const { applications } = tenant;
  const apis = applications.filter(({ scopes, identifierUris }) => scopes.length > 0 && identifierUris.length > 0);
  const webs = applications.filter(
    ({ redirectUris, asksFor }) => redirectUris.length > 0 && apis.some(({ appId }) => asksFor.includes(appId)),
  );
  const web = theOne(named(applications, webs, choice.web), WEB, choice.web);
  const called = apis.filter(({ appId }) => web.asksFor.includes(appId));
  const protectedApis = called.flatMap((application) => {
    const policy = policyOf(tenant, application);
    return policy === undefined ? [] : [{ application, policy }];
  });
  const plain = called.filter(({ appId }) => protectedApis.every(({ application }) => application.appId !== appId));
  const api = theOne(named(applications, plain, choice.api), API, choice.api);
  const stepUp = protectedApis.find(({ application }) => application.appId !== api.appId);
  return { web, api, ...(stepUp && { stepUp }) };
}

/** The policy that asks everybody for a second factor at an application, and nowhere else. */
function policyOf({ policies }: Directory, { appId }: FoundApplication): string | undefined {
  if (policies.state !== 'known') return undefined;
  const found = policies.value.find(
    ({ isEnforced, asksForMfa, applications, users }) =>
      isEnforced && asksForMfa && applications.join() === appId && users.includes('All'),
  );
  return found?.name;
}

function named(
  all: readonly FoundApplication[],
  candidates: readonly FoundApplication[],
  wanted: string | undefined,
): readonly FoundApplication[] {
  return wanted === undefined ? candidates : all.filter((one) => goesBy(one, wanted));
}

function goesBy({ displayName, appId, objectId }: FoundApplication, word: string): boolean {
  return [displayName, appId, objectId].some((known) => known === word);
}

/** Applications without those that have the name of a chosen one, and were not chosen. */
export function withoutNamesakes(
  applications: readonly FoundApplication[],
  { web, api }: ApplicationChoice,
): readonly FoundApplication[] {
  const words = [web, api].filter((word) => word !== undefined);
  const chosen = applications.filter((one) => words.some((word) => goesBy(one, word)));
  return applications.filter(
    (one) => chosen.includes(one) || chosen.every(({ displayName }) => displayName !== one.displayName),
  );
}

interface Kind {
  readonly what: string;
  readonly option: string;
}

const WEB: Kind = { what: 'web application that signs people in and calls an API', option: '--web-application' };
const API: Kind = {
  what: 'API with scopes and an identifier URI that the web application calls',
  option: '--api-application',
};

function theOne(
  found: readonly FoundApplication[],
  { what, option }: Kind,
  wanted: string | undefined,
): FoundApplication {
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  if (only === undefined) {
    throw new Error(
      wanted === undefined
        ? `the directory has no ${what}; name yours by ${option} NAME or its id`
        : `the directory has no application '${wanted}'; ${option} must be a display name, a client id or an object id`,
    );
  }
  const lines = found.map(({ appId, displayName }) => `  ${appId}  ${displayName}`);
  throw new Error(
    [`${found.length} applications may be the ${what}; choose one by ${option} ID:`, ...lines].join('\n'),
  );
}
