import type { Customers, DirectoryType, UserFlow } from '../../../estate/sections/customers/customers';
import { placeOf } from '../../../../provider/user-flow/manual-settings';
import type { Discovery } from '../../../clouds/facts/customers-facts';
import { type Check, type CheckInput, examine, failure, type Observation, ok, unknown } from '../../check';
import { failed } from '../../../clouds/reading';
import { customersOf, PULUMI_UP } from './applications';

function examineDiscoveries(
  input: CheckInput,
  look: (found: Discovery, declared: UserFlow) => readonly Observation[],
): readonly Observation[] | undefined {
  const b2c = customersOf(input);
  return b2c?.declared.userFlows.flatMap((flow) => {
    const reading = b2c.facts.discoveries.get(flow.id) ?? failed(`${flow.id} was not fetched`);
    return examine(reading, (found) => look(found, flow));
  });
}

const MIN_RSA_BITS = 2048;

const ADVICE: Readonly<Record<DirectoryType, string>> = {
  b2c: 'check that the user flow exists under this name; otherwise see the status of Azure AD B2C',
  'external-id': 'check directory and tenantId of the estate; otherwise see the status of Microsoft Entra External ID',
};

/** A fault of the network here, which says nothing of the directory: its host has a name whatever flows there are. */
const NAME_NOT_RESOLVED = /\b(?:EAI_AGAIN|ENOTFOUND)\b/;

/** Discovery and keys of every flow can be fetched: without them the applications take no token. */
export const keys: Check = {
  id: 'b2c-keys',
  area: 'b2c',
  title: 'Discovery and keys of every flow can be fetched',
  run: (input) => {
    const b2c = customersOf(input);
    return b2c?.declared.userFlows.map(({ id }) => {
      const reading = b2c.facts.discoveries.get(id) ?? failed('was not fetched');
      const advice = ADVICE[b2c.declared.directoryType];
      if (reading.state === 'failed' && NAME_NOT_RESOLVED.test(reading.reason)) return unknown(reading.reason);
      if (reading.state === 'failed') return failure(`${id}: ${reading.reason}`, advice);
      if (reading.state === 'denied') return failure(`${id}: the address asks for a permission`, advice);
      const good = reading.value.keys.filter(
        ({ kid, type, bits }) => kid !== '' && type === 'RSA' && bits >= MIN_RSA_BITS,
      );
      return good.length === 0
        ? failure(`${id}: no key of RSA with ${MIN_RSA_BITS} bits and an id`, advice)
        : ok(`${id}: ${good.length} keys`);
    });
  },
};

/** Names of claims by the ids of user attributes, where they differ. */
const CLAIM_NAMES: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenName: 'given_name',
  surname: 'family_name',
  email: 'emails',
  identityProvider: 'idp',
  objectId: 'oid',
};

/** Tokens are what the applications check: issuer, endpoints of the flow, algorithm, claims. */
export const tokens: Check = {
  id: 'b2c-tokens',
  area: 'b2c',
  title: 'Tokens have the issuer, algorithm and claims that the applications expect',
  run: (input) => {
    const { customers } = input.plan.estate;
    return customers === undefined
      ? undefined
      : examineDiscoveries(input, (found, flow) => {
          const wrong = faultsOf(found, flow, customers);
          if (wrong.length === 0) return [ok(`${flow.id}: tokens of ${found.issuer}`)];
          return [failure(`${flow.id}: ${wrong.join('; ')}`, adviceOf(flow, customers.directoryType))];
        });
  },
};

/** Claims of B2C are a person's step: deploying again does not set them. */
function adviceOf({ id, claims }: UserFlow, type: DirectoryType): string {
  return type === 'b2c' && claims.length > 0 ? `${PULUMI_UP}; set claims at ${placeOf(id, 'claims')}` : PULUMI_UP;
}

function faultsOf(found: Discovery, flow: UserFlow, { directoryType, tenantId }: Customers): readonly string[] {
  return [
    ...(directoryType === 'b2c' ? faultsOfFlow(found, flow, tenantId) : faultsOfTenant(found, tenantId)),
    ...(found.algorithms.includes('RS256') ? [] : ['tokens are not signed with RS256']),
  ];
}

/** One issuer for the tenant, on a host named by its id. Claims are a matter of the registrations. */
function faultsOfTenant({ issuer }: Discovery, tenantId: string): readonly string[] {
  const end = `/${tenantId}/v2.0`;
  return issuer.endsWith(end) ? [] : [`the issuer is ${issuer}, and does not end in ${end}`];
}

function faultsOfFlow(found: Discovery, { id, claims }: UserFlow, tenantId: string): readonly string[] {
  const { origin } = new URL(found.url);
  const issuer = `${origin}/${tenantId}/v2.0/`;
  const names = claims.map((claim) => CLAIM_NAMES[claim] ?? claim.replace(/^extension_[0-9a-f]{32}_/i, 'extension_'));
  const missing = names.filter((name) => !found.claims.includes(name));
  const strange = found.endpoints.filter((endpoint) => !endpoint.toLowerCase().includes(`/${id.toLowerCase()}/`));
  return [
    ...(found.issuer === issuer ? [] : [`the issuer is ${found.issuer}, not ${issuer}`]),
    ...(strange.length === 0 ? [] : [`endpoints of another flow: ${strange.join(', ')}`]),
    ...(missing.length === 0 ? [] : [`tokens lack ${missing.join(', ')}`]),
  ];
}
