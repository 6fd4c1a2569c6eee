import { ACCOUNTS, entraEstate, GROUPS, WORKFORCE } from '../support/runners/estates';
import { stateOf } from '../support/runners/pulumi';
import type { Proposal } from '../support/runners/team';
import { describeEntraPipeline } from '../support/runners/suite';
import { World } from '../support/runners/world';

const ESTATE_FILE = 'estates/acme/estate.yaml';
const accessIn = (...accounts: readonly string[]): readonly string[] =>
  accounts.map((account) => `Security Auditors has SecurityAudit in ${account}`);
const BEFORE = accessIn('claims-dev', 'claims-test');
const MORE_GROUPS = `${GROUPS}    - { name: Data Analysts, description: 'Read the claims data.' }
    - { name: Network Operators, description: 'Run the networks.' }
`;

describeEntraPipeline('github', 'an estate of both clouds at GitHub', () => {
  let world: World | undefined;
  let proposal: Proposal | undefined;
  const started = (): World => {
    if (world === undefined) throw new Error('the world was not made');
    return world;
  };
  const comment = (): string =>
    started()
      .forge.comments.map(({ body }) => body)
      .join('\n\n');

  beforeAll(async () => {
    world = await World.create({ forge: 'github', estate: entraEstate('github'), directories: [WORKFORCE] });
  });
  afterAll(() => world?.stop());

  test('the first deployment makes the groups in Entra ID and gives them their access at AWS', async () => {
    const { team, directories } = started();
    const ran = await started().run({ kind: 'push', commit: started().tip() });
    expect(ran).toMatchObject({ isGreen: true });
    expect(await directories.names('workforce', 'groups')).toEqual(['Security Auditors']);
    expect((await started().read()).assignments).toEqual(BEFORE);
    expect(await stateOf(team, 'workforce')).toContain('azuread:index/group:Group workforce-Security Auditors');
    expect(team.leftFiles()).toEqual([]);
  });

  test('a pull request whose Pulumi fails is told so, and its gate stays shut', async () => {
    const { team, directories } = started();
    proposal = await team.propose('Add two groups and an account', async () => {
      team.edit(ESTATE_FILE, GROUPS, MORE_GROUPS);
      team.edit(ESTATE_FILE, ACCOUNTS, ACCOUNTS.replace(']', ', { name: portal-prod }]'));
      await team.entraAws('preview', '--estate', 'acme');
    });
    await directories.distrust('workforce', 'preview');
    const ran = await started().run(proposal);
    await directories.trust('workforce', 'preview');
    expect(ran).toMatchObject({ isGreen: false });
    expect(started().forge.comments).toHaveLength(1);
    expect(comment()).toContain('AADSTS70021');
    expect(ran.log).toMatch(/acme-workforce: error: .*AADSTS70021/);
    expect(comment()).toContain('**1 assignment gained, 0 lost**');
    expect(team.leftFiles()).toEqual([]);
  });

  test('run again, it tells what Pulumi would make, in the same comment', async () => {
    if (proposal === undefined) throw new Error('nothing was proposed');
    const ran = await started().run(proposal);
    expect(ran).toMatchObject({ isGreen: true });
    expect(started().forge.comments).toHaveLength(1);
    expect(comment()).not.toContain('AADSTS70021');
    expect(comment()).toContain('Data Analysts');
    expect(await started().directories.names('workforce', 'groups')).toEqual(['Security Auditors']);
    expect(started().forge.faults).toEqual([]);
  });

  test('a deployment whose Pulumi fails half-way is red, and changes nothing at AWS', async () => {
    const { team, directories } = started();
    const { faults } = directories.of('workforce').emulator;
    faults.add({ kind: 'forbidden', method: 'POST', path: '/beta/groups', skip: 1, times: 100 });
    const ran = await started().run({ kind: 'push', commit: team.merge() });
    faults.clear();
    expect(ran).toMatchObject({ isGreen: false });
    expect(await directories.names('workforce', 'groups')).toHaveLength(2);
    expect((await started().read()).assignments).toEqual(BEFORE);
    expect(team.leftFiles()).toEqual([]);
  });

  test('the run after it makes what was left, and nothing twice', async () => {
    const { directories } = started();
    const ran = await started().run({ kind: 'push', commit: started().tip() });
    expect(ran).toMatchObject({ isGreen: true });
    expect(await directories.names('workforce', 'groups')).toEqual([
      'Data Analysts',
      'Network Operators',
      'Security Auditors',
    ]);
    expect((await started().read()).assignments).toEqual(accessIn('claims-dev', 'claims-test', 'portal-prod'));
  });
});
