import fc from 'fast-check';
import { stringify } from 'yaml';
import { nameIdDefinition } from '../../../../constructs/entra/saml-claims';
import { scopeId } from '../../../../constructs/entra/scope-id';
import { adoptCustomers, type Adoption, adoptWorkforce } from '../../../../src/import/entra/adoption';
import { entraEstate, type EntraEstate } from '../../../../src/import/entra/entra-estate';
import type { Estate } from '../../../../src/estate/sections/estate';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import type { ProgramRun } from '../../../../src/preview/entra/facts';
import { runPrograms } from '../../../../src/preview/engine/run-program';
import { memoryFolder } from '../../../support/estate-files';
import { soundEntraWords } from '../../../support/entra-arbitraries';
import { customersTenantOf, TEMPLATE_WORDS, workforceTenantOf } from '../../../support/tenants-of-programs';
import { runs } from '../../../support/runs';

const NOW = new Date('2026-11-26T12:00:00Z');

const conditionalAccess = fc.record(
  {
    displayName: fc.constant('Second factor'),
    state: fc.constantFrom('reportOnly', 'enabled'),
    require: fc.constantFrom('mfa', 'phishing-resistant', '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11'),
    signInFrequency: fc.constantFrom('PT8H', 'P7D', 'everyTime'),
    device: fc.constantFrom('compliant', 'hybridJoined'),
  },
  { requiredKeys: ['displayName'] },
);

/** Estates of which every part has a name that tells what it is for, and one certificate that signs. */
const estates = fc
  .record({
    words: soundEntraWords,
    conditionalAccess,
    running: fc.boolean(),
    nameId: fc.constantFrom('userPrincipalName', 'mail'),
  })
  .map(({ words: { customers, workforce }, running, nameId, ...policy }) => {
    const { saml, scim, assignedGroups } = workforce.awsApplication;
    return {
      customers: {
        ...customers,
        userFlows: customers.userFlows.map((flow) => ({
          ...flow,
          ...('use' in flow && flow.use === 'stepUp' && { id: 'B2C_1_up_mfa' }),
        })),
      },
      workforce: {
        ...workforce,
        awsApplication: {
          ...workforce.awsApplication,
          saml: {
            ...saml,
            nameId,
            notificationEmails: ['identity@example.com'],
            signingCertificates: [{ name: 'one', activeFrom: '2026-01-01', expires: '2028-12-31' }],
          },
          scim: {
            ...scim,
            running,
            attributeMappings: [
              ...scim.attributeMappings,
              ...(nameId === 'mail' ? [{ target: 'userName', source: 'mail' }] : []),
            ],
          },
          conditionalAccess: {
            ...policy.conditionalAccess,
            excludedGroups: workforce.groups
              .filter(({ name }) => !assignedGroups.includes(name))
              .map(({ name }) => name),
          },
        },
      },
    };
  });

interface RoundTrip {
  readonly before: Estate;
  readonly imported: EntraEstate;
  /** What each program of the imported estate takes over. */
  readonly adoptions: readonly Adoption[];
}

async function roundTrip(words: object): Promise<RoundTrip> {
  const { estate: before, findings } = planEstate(memoryFolder({ [ESTATE_FILE]: stringify(words) }));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [customersRun, workforceRun] = await runsOf(before);
  const workforce = workforceTenantOf(workforceRun, before.workforce?.tenantId ?? '');
  const customers = customersTenantOf(customersRun, before.customers?.tenantId ?? '');
  const scim = before.workforce?.awsApplication?.scim;
  const imported = entraEstate(
    memoryFolder({}),
    { workforce, customers },
    {
      day: '2026-11-26',
      definitions: { userPrincipalName: nameIdDefinition('userPrincipalName'), mail: nameIdDefinition('mail') },
      templates: TEMPLATE_WORDS,
      scopeId,
      scim: { endpoint: scim?.endpoint, tokenExpires: scim?.tokenExpires },
      choice: {},
    },
  );
  const [customersAgain, workforceAgain] = await runsOf(imported.plan.estate);
  return {
    before,
    imported,
    adoptions: [await adoptCustomers(customersAgain, customers, {}), await adoptWorkforce(workforceAgain, workforce)],
  };
}

async function runsOf(estate: Estate): Promise<readonly [ProgramRun, ProgramRun]> {
  const { programs } = await runPrograms(estate, { now: NOW });
  const find = (name: string): ProgramRun => {
    const run = programs.find(({ program }) => program === name);
    if (run === undefined || run.failure !== undefined) throw new Error(`${name}: ${run?.failure ?? 'not run'}`);
    return run;
  };
  return [find('customers'), find('workforce')];
}

/** What Graph tells of an estate, in one order and without places. */
function readable({ workforce, customers }: Estate): unknown {
  const { saml, scim, assignedGroups, conditionalAccess: policy, ...application } = workforce?.awsApplication ?? fail();
  const {
    webApplication: web,
    apiApplication: api,
    userFlows,
    directory,
    directoryType,
    tenantId,
  } = customers ?? fail();
  return plain({
    workforce: {
      tenantId: workforce?.tenantId,
      groups: sorted(workforce?.groups.map(({ name }) => name)),
      ...application,
      // The day on which it began to sign is its own.
      saml: { ...saml, signingCertificates: saml.signingCertificates.map(({ name, expires }) => ({ name, expires })) },
      scim: {
        ...scim,
        attributeMappings: sorted(scim?.attributeMappings.map(({ target, source }) => `${target} ${source}`)),
      },
      assignedGroups: sorted(assignedGroups.map(({ name }) => name)),
      policy: { ...policy, excludedGroups: sorted(policy?.excludedGroups.map(({ name }) => name)) },
    },
    customers: {
      ...{ directory, directoryType, tenantId },
      api: {
        ...api,
        scopes: sorted(
          api.scopes.map(({ value, displayName, description }) => `${value} ${displayName} ${description}`),
        ),
      },
      web: {
        displayName: web.displayName,
        callbacks: web.callbacks,
        implicitGrant: web.implicitGrant,
        frontChannelSignOut: web.frontChannelSignOut,
        hosts: sorted(web.hosts.map(({ origin }) => origin)),
      },
      // Second factor, claims and their records are a person's.
      flows: userFlows
        .map(({ id, type, use, attributes, identityProviders }) => ({
          id,
          type,
          use,
          attributes,
          identityProviders: sorted(identityProviders),
        }))
        .toSorted((a, b) => a.id.localeCompare(b.id)),
    },
  });
}

function fail(): never {
  throw new Error('the estate lacks a section');
}

function sorted(texts: readonly string[] = []): readonly string[] {
  return texts.toSorted();
}

/** Without places. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)));
}

test('an import of what the programs made says the estate that made it, as far as Graph tells it', async () => {
  await fc.assert(
    fc.asyncProperty(estates, async (words) => {
      const { before, imported } = await roundTrip(words);
      expect(imported.plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(readable(imported.plan.estate)).toEqual(readable(before));
      expect(imported.left.filter(({ reason }) => reason === 'would-change')).toEqual([]);
      expect(imported.left.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['secret']));
    }),
    runs(25),
  );
});

test('every resource that its programs register is found, but the passwords that no one can read', async () => {
  await fc.assert(
    fc.asyncProperty(estates, async (words) => {
      const { adoptions } = await roundTrip(words);
      for (const { ids, created } of adoptions) {
        expect(created.filter((name) => !/:(ApplicationPassword|SynchronizationSecret)::/.test(name))).toEqual([]);
        expect(new Set(Object.values(ids)).size).toBeGreaterThanOrEqual(Object.keys(ids).length - 1);
      }
    }),
    runs(10),
  );
});
