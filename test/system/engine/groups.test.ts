import { objectsOf, textOf, textsOf } from '../../../apps/emulator/graph/json';
import { WorkforceGroups } from '../../../constructs/entra/workforce-groups';
import type { WorkforceGroup } from '../../../src/estate/sections/workforce/workforce';
import { EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';

const OWNERS = ['ann@contosob2c.onmicrosoft.com', 'bo@contosob2c.onmicrosoft.com'];
const RULE = 'user.department -eq "Security"';

const group = (name: string, more: Partial<WorkforceGroup> = {}): WorkforceGroup => ({
  ...{
    at: [],
    name,
    previousNames: [],
    adopt: false,
    owners: [],
    assignableToRoles: false,
    nestedGroups: [],
    hasDirectMembers: false,
  },
  ...more,
});

describeWithAzuread('groups of every kind on the real engine, with the permissions that Bicep gives', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let adopted = '';
  let groups: readonly WorkforceGroup[] = [];
  const first = (): readonly WorkforceGroup[] => [
    group('Dynamic', { membershipRule: RULE }),
    group('Owned', { owners: OWNERS }),
    group('Outer', { nestedGroups: ['Synced', 'Owned'] }),
    group('Synced', { adopt: { id: adopted } }),
  ];
  const program = () => Promise.resolve({ ...new WorkforceGroups('workforce', { groups }).objectIds });
  const find = async (name: string) => {
    const { body } = await graph.call(`GET /v1.0/groups?$filter=displayName eq '${name}'`);
    const [found] = objectsOf(body, 'value');
    if (found === undefined) throw new Error(`no group ${name}`);
    return found;
  };
  const namesIn = async (name: string, relation: string, key: string): Promise<readonly string[]> => {
    const { body } = await graph.call(`GET /v1.0/groups/${textOf(await find(name), 'id')}/${relation}`);
    return objectsOf(body, 'value').map((one) => textOf(one, key));
  };
  const unchanged = async (): Promise<void> => {
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  };

  beforeAll(async () => {
    graph = await EngineGraph.start({
      quirks: FOR_AZUREAD,
      users: OWNERS,
      deployer: { roles: [...GRAPH_PERMISSIONS.workforce.deploy, 'Directory.Read.All'] },
    });
    const synced = await graph.call('POST /v1.0/groups', {
      ...{ displayName: 'Synced', mailEnabled: false, mailNickname: 'synced', securityEnabled: true },
      onPremisesSyncEnabled: true,
    });
    adopted = textOf(synced.body, 'id');
    groups = first();
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('are made as declared, and a second preview finds nothing to do', async () => {
    await engine.stack.up();
    const dynamic = await find('Dynamic');
    expect(dynamic).toMatchObject({ membershipRule: RULE, membershipRuleProcessingState: 'On' });
    expect(textsOf(dynamic, 'groupTypes')).toEqual(['DynamicMembership']);
    expect((await namesIn('Owned', 'owners', 'userPrincipalName')).toSorted()).toEqual(OWNERS);
    expect((await namesIn('Outer', 'members', 'displayName')).toSorted()).toEqual(['Owned', 'Synced']);
    await unchanged();
  });

  test('another rule is set in place', async () => {
    const { id } = await find('Dynamic');
    groups = [group('Dynamic', { membershipRule: `${RULE} and user.accountEnabled -eq true` }), ...groups.slice(1)];
    await engine.stack.up();
    expect(await find('Dynamic')).toMatchObject({ id, membershipRule: `${RULE} and user.accountEnabled -eq true` });
    await unchanged();
  });

  test('one that loses its rule is replaced, the old one first, since a second of the name is refused', async () => {
    const { id } = await find('Dynamic');
    groups = [group('Dynamic'), ...groups.slice(1)];
    await engine.stack.up();
    const replaced = await find('Dynamic');
    expect(replaced['id']).not.toBe(id);
    expect(textsOf(replaced, 'groupTypes')).toEqual([]);
    await unchanged();
  });

  test('a group for roles takes a permission that Bicep gives only where an estate has one', async () => {
    groups = [...groups, group('For roles', { assignableToRoles: true })];
    await expect(engine.stack.up()).rejects.toThrow('Insufficient privileges to complete the operation');
  });
});
