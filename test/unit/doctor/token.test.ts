import { examineEstate } from '../../../src/doctor/examination';
import { claimsOf } from '../../../src/clouds/graph/directory';
import type { TokenFacts } from '../../../src/clouds/facts/trust-facts';
import { neededPermissions } from '../../../src/clouds/graph/permissions/needed-permissions';
import { known } from '../../../src/clouds/reading';
import { type Duty } from '../../../src/estate/plan/requests/graph-requests';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { memoryFolder } from '../../support/large-estate';
import { hostedSandboxFiles } from '../../support/sandbox';

const plan = planEstate(memoryFolder('sandbox', hostedSandboxFiles()));
const needed = (program: PulumiKind, duty: Duty): readonly string[] =>
  neededPermissions(plan.estate, program, duty).map(({ permission }) => permission);

function messages(program: PulumiKind, token: Pick<TokenFacts, 'kind' | 'permissions'>): readonly string[] {
  const facts = { tokens: { [program]: known({ clientId: 'CLIENT', ...token }) } };
  const { checks } = examineEstate({ plan, facts, now: new Date() }, ['b2c-token', 'saml-token']);
  return checks.flatMap(({ observations }) => observations.map(({ outcome, message }) => `${outcome}: ${message}`));
}

test.each(['customers', 'workforce'] as const)(
  'a token with what %s needs is well, and one that only reads says so',
  (program) => {
    const [deploys] = messages(program, { kind: 'application', permissions: needed(program, 'deploy') });
    expect(deploys).toMatch(/^ok: the token of the application CLIENT may deploy /);
    const [reads] = messages(program, { kind: 'application', permissions: needed(program, 'preview') });
    expect(reads).toMatch(/^ok: the token of the application CLIENT may read .*, and deploys nothing$/);
  },
);

test.each(
  (['customers', 'workforce'] as const).flatMap((program) =>
    (['deploy', 'preview'] as const).flatMap((duty) =>
      neededPermissions(plan.estate, program, duty).map(({ permission, resources }) => ({
        program,
        duty,
        permission,
        resources,
      })),
    ),
  ),
)(
  'to $duty $program without $permission, the warning names what needs it',
  ({ program, duty, permission, resources }) => {
    const permissions = needed(program, duty).filter((one) => one !== permission);
    const found = messages(program, { kind: 'application', permissions });
    const verb = duty === 'deploy' && permissions.some((one) => one.includes('ReadWrite')) ? 'deploy' : 'read';
    for (const resource of resources) {
      expect(found).toContainEqual(
        expect.stringContaining(`warning: the token of the application CLIENT can't ${verb} ${resource}: roles lacks`),
      );
    }
  },
);

test("what Azure CLI's login lacks is named by the scope and by what needs it", () => {
  const permissions = [
    'Application.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    'DelegatedPermissionGrant.ReadWrite.All',
    'Directory.AccessAsUser.All',
    'Group.ReadWrite.All',
    'User.ReadWrite.All',
  ];
  expect(messages('customers', { kind: 'delegated', permissions })).toEqual([
    "warning: your token by the application CLIENT can't deploy user flows of B2C: scp lacks IdentityUserFlow.Read.All, IdentityUserFlow.ReadWrite.All",
  ]);
});

const token = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

test('reads roles of an application and scopes of a person', () => {
  expect(claimsOf(token({ appid: 'a', roles: ['Group.Read.All'] }))).toEqual({
    kind: 'application',
    clientId: 'a',
    permissions: ['Group.Read.All'],
  });
  expect(claimsOf(token({ appid: 'a', scp: 'openid User.Read' }))).toEqual({
    kind: 'delegated',
    clientId: 'a',
    permissions: ['openid', 'User.Read'],
  });
  expect(() => claimsOf('opaque')).toThrow('the token of Graph has no claims that can be read');
});
