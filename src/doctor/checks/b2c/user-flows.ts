import { type Discovery, factsOf } from '../../../clouds/facts/customers-facts';
import type { SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { failed, type Reading, together } from '../../../clouds/reading';
import { flowDrift, type FoundFlow } from '../../../estate/records/flow-properties';
import {
  clientsOf,
  type Customers,
  type DirectoryType,
  hasPeople,
  standingFlows,
  type UserFlow,
} from '../../../estate/sections/customers/customers';
import { placeOf, stepId } from '../../../estate/sections/customers/manual-steps';
import { showValue } from '../../../estate/source/finding';
import { textsIn } from '../../../estate/source/inputs';
import {
  check,
  customersOf,
  type CustomersPart,
  examine,
  failure,
  type Observation,
  type Observed,
  ok,
  unknown,
  warning,
} from '../../check';
import { CUSTOMERS_UP } from '../applications';
import { adviceFor, examineProof } from '../steps';
import { covers } from '../conditional-access';
import { foundOf, titleOf } from './applications';
import { providerIds } from './called';

/** An application that shows a flow in External ID, as far as it is there. */
interface Shower {
  readonly title: string;
  readonly appId: string | undefined;
}

/** Examines each flow of a directory, with the applications that show it; B2C attaches none. */
function examineFlows(
  { declared, facts }: CustomersPart,
  look: (flow: UserFlow, found: FoundFlow | undefined, showers: readonly Shower[]) => Observation,
): Observed {
  const { directory } = facts;
  const clients = directory.type === 'b2c' ? [] : clientsOf(declared).filter(hasPeople);
  const applications = foundOf(facts, clients);
  return standingFlows(declared).flatMap((flow) => {
    const found = directory.flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return examine(together({ found, applications }), (one) => {
      const appIdOf = ({ name }: { readonly name: string }) => one.applications[name]?.appId;
      const showers = clients.map((client) => ({ title: titleOf(client), appId: appIdOf(client) }));
      return [look(flow, one.found, showers)];
    });
  });
}

const PORTAL = ', or set it in the portal (Azure AD B2C > User flows), where Graph refuses it';

/** User flows are there and as declared. */
export const userFlows = check(customersOf, {
  id: 'b2c-user-flows',
  title: 'User flows are there and as declared',
  run: (customers) => {
    const { declared, facts } = customers;
    const isB2c = facts.directory.type === 'b2c';
    const names = { identityProviders: providerIds(declared, facts) };
    return examineFlows(customers, (flow, found, showers) => {
      if (found === undefined) return failure(`the user flow ${flow.id} is not there`, CUSTOMERS_UP);
      const shownAt = textsIn(found.inputs, 'applications');
      const lacking = showers.filter(({ appId }) => appId === undefined || !shownAt.includes(appId));
      const drifted = [
        ...flowDrift(found.inputs, flow, { kind: declared.directoryType, names }),
        ...lacking.map(({ title }) => `${title} is not attached to it: people who sign in there see no flow`),
      ];
      if (drifted.length === 0) {
        const titles = showers.map(({ title }) => title).join(' and ');
        return ok(
          `${flow.id} is as declared${isB2c ? '' : `, and ${titles} ${showers.length > 1 ? 'show' : 'shows'} it`}`,
        );
      }
      const what = `the user flow ${flow.id} is not as declared: ${drifted.join('; ')}`;
      return failure(what, `${CUSTOMERS_UP}${isB2c ? PORTAL : ''}`);
    });
  },
});

/** In B2C a person sets the second factor, and only a sign-in shows it: there must be a record that it was set. */
export const multifactor = check(customersOf, {
  id: 'b2c-mfa',
  title: 'The second factor is asked for where it is declared',
  run: (customers, { plan, now }) =>
    examineStepUp(customers) ??
    examineFlows(customers, ({ id, multifactor: declared }) => {
      const step = plan.steps.find((one) => one.id === stepId(id, 'multifactor'));
      if (step === undefined) return ok(`${id}: none is declared`);
      const { record, asks } = step;
      if (record !== undefined)
        return examineProof(step, now) ?? ok(`${id}: ${asks}, as ${record.by} set it on ${record.on} (a record)`);
      const tell = declared?.state === 'off' ? warning : failure;
      return tell(`${id}: no record says that the second factor was set to '${asks}'`, adviceFor(step));
    }),
});

/**
 * Tells whether Conditional Access asks everybody for a second factor at the application that owns the scopes which need one;
 * undefined of a B2C directory.
 */
function examineStepUp({ declared, facts }: CustomersPart): Observed | undefined {
  const { directory } = facts;
  if (directory.type !== 'external-id') return undefined;
  const name = declared.stepUp?.displayName;
  if (name === undefined) return [ok('no scope of the estate needs a second factor')];
  const { policies } = directory;
  const { found: stepUp } = factsOf(facts, 'step-up');
  return examine(together({ stepUp, policies }), (found) => {
    const appId = found.stepUp?.appId;
    if (appId === undefined) return [failure(`there is no application ${showValue(name)}`, CUSTOMERS_UP)];
    const about = found.policies.filter((policy) => covers(policy, appId));
    const sound = about.filter((policy) => weaknesses(policy).length === 0);
    if (sound.length > 0) return [ok(`${name}: asked for by ${sound.map((policy) => policy.name).join(', ')}`)];
    const why = about.map((policy) => `; ${showValue(policy.name)} ${weaknesses(policy).join(' and ')}`).join('');
    return [
      failure(
        `nothing asks everybody for a second factor at ${showValue(name)}, whose tokens the API takes for one${why}`,
        `${CUSTOMERS_UP}, or set it in the Entra admin center: Conditional Access`,
      ),
    ];
  });
}

function weaknesses(policy: SignInPolicy): readonly string[] {
  const { isEnforced, users, exceptions, excludedUsers, excludedGroups } = policy;
  return [
    !isEnforced && 'is not in force',
    !users.includes('All') && 'is for some people alone',
    excludedUsers.length + excludedGroups.length > 0 && 'leaves people out',
    ...exceptions,
  ].filter((one) => one !== false);
}

/** Examines the discovery document of each flow. */
function examineDiscoveries(
  { declared, facts }: CustomersPart,
  look: (flow: UserFlow, found: Reading<Discovery>) => Observed,
): Observed {
  return standingFlows(declared).flatMap((flow) =>
    look(flow, facts.discoveries.get(flow.id) ?? failed(`${flow.id} was not fetched`)),
  );
}

const MIN_RSA_BITS = 2048;

const ADVICE: Readonly<Record<DirectoryType, string>> = {
  b2c: 'check that the user flow exists under this name; otherwise see the status of Azure AD B2C',
  'external-id': 'check directory and tenantId of the estate; otherwise see the status of Microsoft Entra External ID',
};

/** A fault of the network here, which says nothing of the directory: its host has a name whatever flows there are. */
const NAME_NOT_RESOLVED = /\b(?:EAI_AGAIN|ENOTFOUND)\b/;

/** Discovery and keys of every flow can be fetched: without them the applications take no token. */
export const keys = check(customersOf, {
  id: 'b2c-keys',
  title: 'Discovery and keys of every flow can be fetched',
  run: (customers) => {
    const advice = ADVICE[customers.declared.directoryType];
    return examineDiscoveries(customers, ({ id }, found) => {
      if (found.state === 'denied') return [failure(`${id}: the address asks for a permission`, advice)];
      if (found.state === 'failed') {
        const { reason } = found;
        return [NAME_NOT_RESOLVED.test(reason) ? unknown(reason) : failure(`${id}: ${reason}`, advice)];
      }
      const good = found.value.keys.filter(
        ({ kid, type, bits }) => kid !== '' && type === 'RSA' && bits >= MIN_RSA_BITS,
      );
      return [
        good.length === 0
          ? failure(`${id}: no key of RSA with ${MIN_RSA_BITS} bits and an id`, advice)
          : ok(`${id}: ${good.length} keys`),
      ];
    });
  },
});

/** Names of claims by the ids of user attributes, where they differ. */
const CLAIM_NAMES: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenName: 'given_name',
  surname: 'family_name',
  email: 'emails',
  identityProvider: 'idp',
  objectId: 'oid',
};

/** Names of claims in tokens by the ids that the estate has: `extension_LoyaltyNumber` of an attribute of its own. */
export function claimNames(
  claims: readonly string[],
  { attributes }: Pick<Customers, 'attributes'>,
): readonly string[] {
  return claims.map((claim) => {
    if (attributes.some(({ name }) => name === claim)) return `extension_${claim}`;
    return CLAIM_NAMES[claim] ?? claim.replace(/^extension_[0-9a-f]{32}_/i, 'extension_');
  });
}

/** Tokens are what the applications check: issuer, endpoints of the flow, algorithm, claims. */
export const tokens = check(customersOf, {
  id: 'b2c-tokens',
  title: 'Tokens have the issuer, algorithm and claims that the applications expect',
  run: (customers) =>
    examineDiscoveries(customers, ({ id, claims }, reading) =>
      examine(reading, (found) => {
        const { directoryType, tenantId } = customers.declared;
        const isB2c = directoryType === 'b2c';
        const wrong = [
          ...(isB2c ? faultsOfFlow(found, { id, claims }, customers.declared) : faultsOfTenant(found, tenantId)),
          ...(found.algorithms.includes('RS256') ? [] : ['tokens are not signed with RS256']),
        ];
        if (wrong.length === 0) return [ok(`${id}: tokens of ${found.issuer}`)];
        // Claims of B2C are a person's step: deploying again does not set them.
        const place = isB2c && claims.length > 0 ? `; set claims at ${placeOf(id, 'claims')}` : '';
        return [failure(`${id}: ${wrong.join('; ')}`, `${CUSTOMERS_UP}${place}`)];
      }),
    ),
});

/** One issuer for the tenant, on a host named by its id. Claims are a matter of the registrations. */
function faultsOfTenant({ issuer }: Discovery, tenantId: string): readonly string[] {
  const end = `/${tenantId}/v2.0`;
  return issuer.endsWith(end) ? [] : [`the issuer is ${issuer}, and does not end in ${end}`];
}

function faultsOfFlow(
  found: Discovery,
  { id, claims }: Pick<UserFlow, 'id' | 'claims'>,
  customers: Customers,
): readonly string[] {
  const issuer = `${new URL(found.url).origin}/${customers.tenantId}/v2.0/`;
  const missing = claimNames(claims, customers).filter((name) => !found.claims.includes(name));
  const strange = found.endpoints.filter((endpoint) => !endpoint.toLowerCase().includes(`/${id.toLowerCase()}/`));
  return [
    found.issuer !== issuer && `the issuer is ${found.issuer}, not ${issuer}`,
    strange.length > 0 && `endpoints of another flow: ${strange.join(', ')}`,
    missing.length > 0 && `tokens lack ${missing.join(', ')}`,
  ].filter((one) => one !== false);
}
