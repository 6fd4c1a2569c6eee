import { parse } from 'yaml';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { estateFile } from '../../../support/estate-file';
import { renderHtml } from '../../../../src/preview/render-html';
import { renderMarkdown, renderTerminal } from '../../../../src/preview/render';
import type { EntraChanges } from '../../../../src/preview/entra/compare-programs';
import { itemOf, sandboxFiles } from '../../../support/sandbox';
import { changeEntra, type EntraDraft, entraReportOf } from '../../../support/preview/entra-reports';

async function changesOf(
  edit: (draft: EntraDraft) => void,
  editBase: (draft: EntraDraft) => void = () => undefined,
): Promise<EntraChanges> {
  const base = changeEntra(sandboxFiles(), editBase);
  const { changes } = await entraReportOf(changeEntra(base, edit), base);
  if (changes?.entra === undefined) throw new Error('the report compares no programs');
  return changes.entra;
}

/** `application Claims changed: dangers and notes` */
function told({ resources }: EntraChanges): readonly string[] {
  return resources.map(({ what, label, action, dangers, notes }) => {
    const marked = [...dangers.map((danger) => `! ${danger}`), ...notes];
    return `${action} ${what} ${label}${marked.length === 0 ? '' : `: ${marked.join(' ')}`}`;
  });
}

test('nothing changes where nothing changed', async () => {
  expect(await changesOf(() => undefined)).toEqual({
    counts: { created: 0, updated: 0, replaced: 0, deleted: 0 },
    abandoned: [],
    resources: [],
  });
});

test('the order of the file is no change', async () => {
  const changes = await changesOf(({ customers, workforce }) => {
    customers.userFlows.reverse();
    customers.apiApplication.scopes.reverse();
    customers.webApplication.hosts.reverse();
    workforce.groups.reverse();
    workforce.awsApplication?.assignedGroups?.reverse();
  });
  expect(changes.resources).toEqual([]);
});

type Case = readonly [title: string, edit: (draft: EntraDraft) => void, expected: readonly string[]];

const flow = ({ customers }: EntraDraft, use: string) => itemOf(customers.userFlows, (one) => one.use === use);
const aws = ({ workforce }: EntraDraft) => {
  if (workforce.awsApplication === undefined) throw new Error('the sandbox has no AWS application');
  return workforce.awsApplication;
};

const CASES: readonly Case[] = [
  [
    'a removed user flow',
    (draft) => {
      draft.customers.userFlows = draft.customers.userFlows.filter(({ use }) => use !== 'passwordReset');
    },
    [
      'delete user flow B2C_1_passwordreset1: ! The user flow B2C_1_passwordreset1 is deleted: sign-ins that name it fail, and settings made by hand are lost.',
    ],
  ],
  [
    'a host in place of another',
    ({ customers }) => {
      customers.webApplication.hosts = ['http://localhost:5000', 'https://portal.example.com'];
    },
    [
      'update application Claims: ! The redirect URI https://claims.example.com/auth/callback is removed: sign-ins that return there fail. ! The redirect URI https://claims.example.com/auth/callback/mfa is removed: sign-ins that return there fail. Sign-ins may return to https://portal.example.com/auth/callback as well. Sign-ins may return to https://portal.example.com/auth/callback/mfa as well.',
    ],
  ],
  [
    'a removed scope',
    ({ customers }) => {
      customers.apiApplication.scopes = customers.apiApplication.scopes.filter(
        ({ value }) => value !== 'Accounts.Write',
      );
    },
    [
      'update application Claims API: ! The scope Accounts.Write is removed: clients that ask for it are refused.',
      'update admin consent Claims to Claims API: ! Consent withdrawn (Claims to Claims API): calls that need Accounts.Write fail.',
      'update application Claims',
    ],
  ],
  [
    'a new scope, which the web application is granted',
    ({ customers }) => {
      customers.apiApplication.scopes.push({ value: 'Claims.Read', displayName: 'Read', description: 'Read claims.' });
    },
    [
      'update admin consent Claims to Claims API: ! Consent widened for everybody (Claims to Claims API): Claims.Read.',
      'update application Claims API',
      'update application Claims',
    ],
  ],
  [
    'a second factor that is new',
    (draft) => {
      flow(draft, 'signIn').multifactor = { state: 'on', method: 'email' };
    },
    [
      'update user flow B2C_1_signupsignin1: The second factor of B2C_1_signupsignin1 is strengthened: none becomes on.',
    ],
  ],
  [
    'a claim less',
    (draft) => {
      flow(draft, 'signIn').claims = ['displayName', 'emails', 'givenName', 'objectId'];
    },
    [
      'update user flow B2C_1_signupsignin1: ! Tokens of B2C_1_signupsignin1 lack surname: applications that read it break.',
    ],
  ],
  [
    'another rotation of the client secret',
    ({ customers }) => {
      customers.webApplication.clientSecret.start = '2026-02-01';
    },
    [
      'replace client secret even, until 2027-01-27: ! A client secret of Claims is replaced before its end: sign-ins with it fail until the new one is taken over.',
      'replace client secret odd, until 2027-07-26: ! A client secret of Claims is replaced before its end: sign-ins with it fail until the new one is taken over.',
    ],
  ],
  [
    'a group that is unassigned',
    (draft) => {
      const application = aws(draft);
      application.assignedGroups = (application.assignedGroups ?? []).filter((name) => name !== 'Data Analysts');
    },
    [
      "delete app role assignment Data Analysts: ! Data Analysts are not assigned to AWS IAM Identity Center any more: who is in no other assigned group can't sign in to it, falls out of the scope of provisioning, and is disabled or deleted at AWS.",
    ],
  ],
  [
    'a group that is adopted in place of being created',
    ({ workforce }) => {
      itemOf(workforce.groups, ({ name }) => name === 'Security Auditors').adopt = {
        id: '3e2d1c0b-5555-4666-8777-888899990000',
      };
    },
    [
      'delete group Security Auditors: ! The group Security Auditors is deleted with its list of members, and whatever it gives access to is lost. ! To adopt it instead, take it out of the state first: `pulumi state delete <urn>`.',
      'replace app role assignment Security Auditors: It is created again, with another id; what it gives is missing for that moment.',
    ],
  ],
  [
    'provisioning that is paused',
    (draft) => {
      const { scim } = aws(draft);
      if (scim !== undefined) scim.running = false;
    },
    [
      'update provisioning state AWS IAM Identity Center: ! Provisioning is paused: whoever leaves or changes groups keeps the access at AWS.',
    ],
  ],
  [
    'a higher threshold of accidental deletions',
    (draft) => {
      const { scim } = aws(draft);
      if (scim?.safeguards !== undefined) scim.safeguards.deletionThreshold = 500;
    },
    [
      'update provisioning state AWS IAM Identity Center: ! One cycle of provisioning may delete 500 people at AWS before a person decides, instead of 20.',
    ],
  ],
  [
    'deletions that are accepted',
    (draft) => {
      const { scim } = aws(draft);
      if (scim !== undefined)
        scim.acceptDeletions = {
          quarantinedSince: '2026-05-30T10:00:00Z',
          decidedOn: '2026-06-01',
          reason: 'The office in Lyon was closed.',
        };
    },
    [
      'update provisioning state AWS IAM Identity Center: ! Deletions that Entra ID holds back since 2026-05-30T10:00:00Z go through: these people are disabled or deleted at AWS.',
      'update attribute mappings AWS IAM Identity Center',
    ],
  ],
  [
    'an attribute from another source',
    (draft) => {
      const { scim } = aws(draft);
      if (scim !== undefined) scim.attributeMappings = [{ target: 'externalId', source: 'employeeId' }];
    },
    [
      'update attribute mappings AWS IAM Identity Center: Provisioning evaluates every user again with the changed mappings.',
    ],
  ],
  [
    'provisioning to another directory',
    (draft) => {
      const { scim } = aws(draft);
      if (scim !== undefined) scim.endpoint = 'https://scim.eu-west-1.amazonaws.com/other/scim/v2';
    },
    [
      'update provisioning credentials AWS IAM Identity Center: ! Users and groups are provisioned to https://scim.eu-west-1.amazonaws.com/other/scim/v2 instead of https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60-4f39-8c12-90d7b3a6f541/scim/v2.',
    ],
  ],
];

test.each(CASES)('%s', async (_, edit, expected) => {
  expect(told(await changesOf(edit))).toEqual(expected);
});

test('a second factor that is weakened is a danger', async () => {
  const stateOf = (state: 'on' | 'conditional') => (draft: EntraDraft) => {
    flow(draft, 'profileEdit').multifactor = { state, method: 'email' };
  };
  expect(told(await changesOf(stateOf('conditional'), stateOf('on')))).toEqual([
    'update user flow B2C_1_profileediting1: ! The second factor of B2C_1_profileediting1 is weakened: on becomes conditional.',
  ]);
});

test('what is replaced replaces what belongs to it', async () => {
  const changes = await changesOf((draft) => {
    aws(draft).template = 'non-gallery';
  });
  const replaced = changes.resources.filter(({ action }) => action !== 'update').map(({ what }) => what);
  expect(new Set(replaced)).toEqual(
    new Set([
      'enterprise application',
      'service principal',
      'identifier URI',
      'redirect URIs',
      'claims policy assignment',
      'signing certificate',
      'app role assignment',
      'provisioning credentials',
      'provisioning job',
      'attribute mappings',
      'provisioning state',
    ]),
  );
});

test('a list is told by the items that came and went', async () => {
  const { resources } = await changesOf(({ customers }) => {
    customers.webApplication.hosts = ['http://localhost:5000'];
  });
  expect(resources.flatMap(({ inputs }) => inputs)).toEqual([
    {
      name: 'web.redirectUris',
      before: 'https://claims.example.com/auth/callback, https://claims.example.com/auth/callback/mfa',
      forcesReplacement: false,
    },
  ]);
});

test('another tenant is a danger: what was deployed stays behind', async () => {
  const changes = await changesOf(({ customers }) => {
    customers.tenantId = '11111111-7b52-4e89-a3d1-6f0e2b9c5d73';
  });
  expect(told(changes).join()).toContain(
    '! The tenant is 11111111-7b52-4e89-a3d1-6f0e2b9c5d73 instead of c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73: what was deployed is not looked for there, and stays in the old one.',
  );
});

test('where the estate is new, everything is created and nothing is a danger', async () => {
  const { changes } = await entraReportOf(sandboxFiles(), {});
  expect(changes?.entra?.counts).toMatchObject({ updated: 0, replaced: 0, deleted: 0 });
  expect(changes?.entra?.counts.created).toBeGreaterThan(30);
  expect(changes?.entra?.resources.flatMap(({ dangers }) => dangers)).toEqual([]);
});

test('a section that goes deletes nothing: its stack is left behind, which is a warning', async () => {
  const { customers, ...rest } = estateFile(parse(sandboxFiles()[ESTATE_FILE] ?? ''));
  expect(customers).toBeDefined();
  const report = await entraReportOf({ ...sandboxFiles(), [ESTATE_FILE]: JSON.stringify(rest) }, sandboxFiles());
  const sentence =
    'The estate has no section for the stack sandbox-customers any more, but what it deployed stays in the directory: 13 resources. Run `pulumi destroy --stack sandbox-customers` from the base first.';
  expect(report.changes?.entra).toMatchObject({ abandoned: [sentence], resources: [] });
  expect(report.findings.find(({ code }) => code === 'stack-abandoned')).toMatchObject({ severity: 'warning' });
  expect(renderTerminal(report, { colour: false, files: [] })).toContain(`  ! ${sentence}\n`);
  expect(renderHtml(report)).toContain('<p class="what">The estate has no section for the stack sandbox-customers');
});

test('says so where a side could not be run', async () => {
  const broken = changeEntra(sandboxFiles(), ({ customers }) => {
    customers.tenantId = 'no tenant';
  });
  const report = await entraReportOf(sandboxFiles(), broken);
  const reason = 'The estate at main has errors, so its programs were not run.';
  expect(report.changes?.entra?.notCompared).toBe(reason);
  expect(report.findings.find(({ code }) => code === 'not-compared')).toMatchObject({
    severity: 'warning',
    problem: `is not compared with main in what its programs register. ${reason}`,
  });
  expect(renderTerminal(report, { colour: false, files: [] })).toContain(
    `Changes in Entra ID\n  NOT COMPARED. ${reason}`,
  );
  expect(renderMarkdown(report)).toContain(`**NOT COMPARED.** ${reason}`);
});

test('applications that come, and that go: tokens without a code, consent, and roles without a person', async () => {
  const clientSecret = { start: '2026-01-01', period: 'P180D' };
  const add = ({ customers }: EntraDraft): void => {
    const roles = [{ value: 'Settle', displayName: 'Settle', description: 'Settles.' }];
    customers.apis = [{ name: 'payments', displayName: 'Payments API', roles }];
    customers.applications = [
      {
        ...{ name: 'office', kind: 'web', displayName: 'Office', clientSecret, implicitGrant: true },
        ...{ redirectUris: ['https://office.example.com/in'], calls: [{ api: 'api', scopes: ['Accounts.Read'] }] },
      },
      {
        ...{ name: 'nightly', kind: 'daemon', displayName: 'Nightly', clientSecret },
        calls: [{ api: 'payments', roles: ['Settle'] }],
      },
    ];
  };
  const remove = ({ customers }: EntraDraft): void => {
    customers.applications = [];
  };
  const dangers = (changes: EntraChanges): readonly string[] => told(changes).filter((line) => line.includes('! '));
  expect(dangers(await changesOf(add)).toSorted()).toEqual([
    'create admin consent Office to Claims API: ! Consent widened for everybody (Office to Claims API): Accounts.Read.',
    'create admin consent Office to Microsoft Graph: ! Consent widened for everybody (Office to Microsoft Graph): offline_access, openid.',
    'create app role assignment Nightly: ! Nightly may act at Payments API without a person: Settle.',
    'create application Office: ! Office gets tokens without a code (id_token, token): pages, histories and logs of browsers can leak them.',
  ]);
  const gone = dangers(await changesOf(remove, add));
  expect(gone).toContain(
    'delete app role assignment Nightly: ! Nightly loses the role Settle of Payments API: its calls that need it are refused.',
  );
  expect(gone).toContain(
    'delete application Nightly: ! The application Nightly is deleted: no one can sign in to it, and its client id never comes back.',
  );
});

test('a renamed user flow of B2C is another flow: the first stays while previousNames has it', async () => {
  const rename = (draft: EntraDraft, kept: readonly string[]) => {
    Object.assign(flow(draft, 'signIn'), { id: 'B2C_1_welcome', previousNames: kept });
  };
  let id = '';
  const kept = await changesOf((draft) => {
    id = flow(draft, 'signIn').id;
    rename(draft, [id]);
  });
  expect(kept.resources).toMatchObject([
    { action: 'create', what: 'user flow', label: 'B2C_1_welcome', dangers: [], notes: [expect.stringContaining(id)] },
  ]);
  const { resources } = await changesOf((draft) => {
    rename(draft, []);
  });
  expect(resources).toMatchObject([
    { action: 'delete', label: id, notes: [expect.stringContaining(`previousNames: [${id}]`)] },
    { action: 'create', label: 'B2C_1_welcome', notes: [] },
  ]);
});
