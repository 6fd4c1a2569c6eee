import { CUSTOMERS, externalEstate, WORKFORCE } from '../support/runners/estates';
import { jobsAbout } from '../support/runners/run';
import { describeEntraPipeline } from '../support/runners/suite';
import { World } from '../support/runners/world';

describe.each(['github', 'gitlab', 'azure-devops'] as const)('%s', (forge) => {
  describeEntraPipeline(forge, 'an estate of customers in an external tenant', () => {
    let world: World | undefined;

    beforeAll(async () => {
      world = await World.create({ forge, estate: externalEstate(forge), directories: [WORKFORCE, CUSTOMERS] });
    });
    afterAll(() => world?.stop());

    test('its first deployment makes their applications and user flow, and asks nothing of AWS', async () => {
      if (world === undefined) throw new Error('the world was not made');
      const { team, directories } = world;
      const ran = await world.runGreen({ kind: 'push', commit: world.tip() });
      expect(await directories.names('customers', 'applications')).toEqual(['Claims', 'Claims API']);
      expect(await directories.names('customers', 'identity/authenticationEventsFlows')).toEqual([
        'Sign up and sign in',
      ]);
      expect(jobsAbout(/CDK|AWS/, ran)).toEqual([]);
      expect(team.leftFiles()).toEqual([]);
    });
  });
});
