import type { JsonObject } from '../../../apps/emulator/graph/json';
import { objectsOf, textOf, textsOf } from '../../../apps/emulator/graph/json';
import type { Estate } from '../../../src/estate/sections/estate';
import { workforce } from '../../../stacks/entra/workforce';
import { emergencyEstatePlan } from '../../support/emergency';
import { EngineGraph, FOR_AZUREAD, OWNED_BY_MAKER } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';

const TODAY = new Date();
const inDays = (days: number): string => new Date(TODAY.getTime() + days * 86_400_000).toISOString().slice(0, 10);
const NAME = 'AWS emergency access';

describeWithAzuread('the application for emergencies on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  const printed: string[] = [];
  const onOutput = (text: string): void => {
    printed.push(text);
  };
  const program = () => {
    const { estate, emergency } = emergencyEstatePlan((entry) => {
      if (entry.application === undefined) return;
      entry.application.signingCertificates = [{ name: 'first', activeFrom: inDays(-30), expires: inDays(400) }];
    });
    const { workforce: section, ...others } = estate;
    if (section === undefined || emergency === undefined) throw new Error('the estate has no emergency access');
    const alone: Estate = { ...others, workforce: { groups: section.groups, tenantId: graph.emulator.tenant.id } };
    return Promise.resolve({ ...workforce(alone, { now: TODAY, warn: () => undefined, emergency }) });
  };
  const list = async (path: string): Promise<readonly JsonObject[]> =>
    objectsOf((await graph.call(`GET ${path}`)).body, 'value');
  const principals = async (): Promise<readonly JsonObject[]> =>
    (await list('/v1.0/servicePrincipals')).filter(({ displayName }) => displayName === NAME);

  beforeAll(async () => {
    graph = await EngineGraph.start({
      quirks: { ...FOR_AZUREAD, ...OWNED_BY_MAKER },
      deployer: { roles: GRAPH_PERMISSIONS.workforce.deploy },
    });
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('up makes it: in SAML mode, with a certificate that signs, claims and one group', async () => {
    const { outputs } = await engine.stack.up({ onOutput });
    const [principal = {}] = await principals();
    const path = `/v1.0/servicePrincipals/${textOf(principal, 'id')}`;
    expect(principal).toMatchObject({ preferredSingleSignOnMode: 'saml', appRoleAssignmentRequired: true });
    expect(textsOf(principal, 'replyUrls').toSorted()).toEqual([
      'https://eu-central-1.signin.aws.amazon.com/saml',
      'https://signin.aws.amazon.com/saml',
    ]);
    const [certificate] = outputs['emergencySigningCertificates']?.value as readonly { readonly thumbprint: string }[];
    expect(principal['preferredTokenSigningKeyThumbprint']).toBe(certificate?.thumbprint);
    const assigned = await list(`${path}/appRoleAssignedTo`);
    expect(assigned.map(({ principalDisplayName }) => principalDisplayName)).toEqual(['AWS Emergency Operators']);
    const [policy = {}] = await list(`${path}/claimsMappingPolicies`);
    expect(textsOf(policy, 'definition')[0]).toContain(':role/sandbox-emergency,arn:aws:iam::');
    const policies = await list('/v1.0/identity/conditionalAccess/policies');
    expect(policies.map(({ displayName }) => displayName)).toEqual(['Second factor at AWS emergency access']);
  });

  test('a second deployment has nothing to do', async () => {
    await engine.stack.preview({ onOutput, expectNoChanges: true });
    await engine.stack.preview({ onOutput, expectNoChanges: true, refresh: true });
  });

  test('destroy takes it away', async () => {
    await engine.stack.destroy({ onOutput });
    expect(await principals()).toEqual([]);
  });
});
