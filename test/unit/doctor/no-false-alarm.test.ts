import fc from 'fast-check';
import { CHECKS } from '../../../src/doctor/checks/all-checks';
import { examineEstate } from '../../../src/doctor/examination';
import type { Facts } from '../../../src/clouds/facts/facts';
import { failed } from '../../../src/clouds/reading';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import { type World, world } from '../../support/arbitraries';
import { type EntraWords, soundEntraWords } from '../../support/entra-arbitraries';
import { organizationFile, planOf } from '../../support/estate-files';
import { recorded } from '../../support/sandbox';
import { circumstances, type Circumstances, healthyFacts } from './healthy-facts';

const RUNS = { numRuns: 50 };
const NOW = new Date('2026-06-01T12:00:00Z');
const APPLICATION = 'arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-0123456789abcdef';
const SIGNS_NOW = { name: 'one', activeFrom: '2026-01-01', expires: '2028-12-31' };

const GOOGLE = {
  name: 'google',
  type: 'google',
  clientId: 'client-1',
  secret: { config: 'googleSecret', version: '1' },
};

const CONNECTOR = {
  name: 'invitations',
  url: 'https://api.example.com/invitations',
  username: 'b2c',
  secret: { config: 'invitationsSecret', version: '1' },
};

interface Healthy {
  readonly plan: EstatePlan;
  readonly facts: Facts;
  readonly snapshot: OrganizationFile;
}

/** An estate of random access and random sections of Entra, all of whose groups are synchronized. */
function healthy(of: World, words: EntraWords, at: Circumstances): Healthy {
  const { awsApplication, ...workforce } = words.workforce;
  const names = [...new Set([...of.grants.map(({ group }) => group), ...awsApplication.assignedGroups])];
  const organization = { ous: of.ous, accounts: of.accounts, groups: names };
  const certificates = awsApplication.saml.signingCertificates.filter(
    (one) => (one as { readonly name: string }).name !== SIGNS_NOW.name,
  );
  const saml = { ...awsApplication.saml, signingCertificates: [SIGNS_NOW, ...certificates] };
  const estate = {
    ...words,
    customers: { ...words.customers, identityProviders: [GOOGLE], apiConnectors: [CONNECTOR] },
    workforce: { ...workforce, awsApplication: { ...awsApplication, assignedGroups: names, saml } },
    access: {
      permissionSets: of.permissionSets.map((name) => ({ name, managedPolicies: ['ReadOnlyAccess'] })),
      grants: of.grants,
      applications: [{ name: 'QuickSight', arn: APPLICATION, groups: names.slice(1) }],
    },
  };
  const planned = planOf(JSON.stringify(estate), organization);
  const plan = { ...planned, steps: recorded(planned), placeOf: planned.placeOf.bind(planned) };
  const snapshot = organizationFile(organization);
  return { plan, snapshot, facts: healthyFacts(plan, snapshot, { ...at, now: NOW }) };
}

const estates = fc.tuple(world, soundEntraWords, circumstances).map((parts) => healthy(...parts));

test('nothing is found in fifty random healthy estates, and every check was made in some', () => {
  const made = new Set<string>();
  fc.assert(
    fc.property(estates, ({ plan, facts }) => {
      const { checks } = examineEstate({ plan, facts, now: NOW });
      for (const { id } of checks) made.add(id);
      const found = checks.flatMap(({ id, observations }) =>
        observations.filter(({ outcome }) => outcome !== 'ok').map(({ message }) => `${id}: ${message}`),
      );
      expect(found).toEqual([]);
    }),
    RUNS,
  );
  // These have healthy estates of their own.
  const others = CHECKS.filter(({ area }) => area !== 'hosting' && area !== 'emergency')
    .map(({ id }) => id)
    .filter((id) => !['scim-watch', 'scim-leavers-reader', 'b2c-custom-extensions'].includes(id));
  expect([...made].toSorted()).toEqual(others.toSorted());
});

test('where nothing could be read, no check says that something is well or wrong', () => {
  fc.assert(
    fc.property(estates, ({ plan, facts, snapshot }) => {
      const unread = {
        access: allFailed(facts.access ?? {}),
        workforce: { ...allFailed(facts.workforce ?? {}), trust: UNREAD },
        customers: {
          ...allFailed({ identityProviders: 1 }),
          registered: new Map(),
          directory: { type: 'b2c', flows: new Map(), connectors: failed('no answer'), calls: new Map() },
          discoveries: new Map([...(facts.customers?.discoveries.keys() ?? [])].map((id) => [id, failed(OFFLINE)])),
        },
        snapshotOnDisk: snapshot,
      } as unknown as Facts;
      const { checks } = examineEstate({ plan, facts: unread, now: NOW });
      const outcomes = checks
        // The token's end is in the estate, and what people did in its records.
        .filter(({ id }) => !['scim-token', 'b2c-steps', 'console-steps'].includes(id))
        .map(({ id, outcome }) => `${id} ${outcome}`);
      expect(outcomes.filter((one) => !one.endsWith(' unknown'))).toEqual([]);
    }),
    { ...RUNS, numRuns: 10 },
  );
});

/** A host that answers wrongly is a fault of the flow; a name that this machine can't resolve says nothing of it. */
const OFFLINE = 'getaddrinfo ENOTFOUND contosoclaims.b2clogin.com';

const UNREAD = { owners: failed('no answer'), powers: failed('no answer'), grants: failed('no answer') };

function allFailed(facts: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(facts).map((name) => [name, failed('no answer')]));
}
