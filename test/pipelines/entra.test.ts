import { entraEstate, WORKFORCE } from '../support/runners/estates';
import { stateOf } from '../support/runners/pulumi';
import { describeEntraPipeline } from '../support/runners/suite';
import { World } from '../support/runners/world';

const ACCESS = ['claims-dev', 'claims-test'].map((account) => `Security Auditors has SecurityAudit in ${account}`);

describeEntraPipeline('github', 'an estate of both clouds at GitHub', () => {
  let world: World | undefined;
  const started = (): World => {
    if (world === undefined) throw new Error('the world was not made');
    return world;
  };

  beforeAll(async () => {
    world = await World.create({ forge: 'github', estate: entraEstate('github'), directories: [WORKFORCE] });
  });
  afterAll(() => world?.stop());

  test('the first deployment makes the groups in Entra ID and gives them their access at AWS', async () => {
    const { team, directories } = started();
    const ran = await started().run({ kind: 'push', commit: started().tip() });
    expect(ran).toMatchObject({ isGreen: true });
    expect(await directories.names('workforce', 'groups')).toEqual(['Security Auditors']);
    expect((await started().read()).assignments).toEqual(ACCESS);
    expect(await stateOf(team, 'workforce')).toContain('azuread:index/group:Group workforce-Security Auditors');
    expect(team.leftFiles()).toEqual([]);
  });
});
