import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { ACCOUNTS, smallEstate } from './estates';
import { askedOfPulumi } from './pulumi';
import { jobsAbout } from './run';
import { World } from './world';

const BEFORE = ['claims-dev', 'claims-test'].map((account) => `Security Auditors has SecurityAudit in ${account}`);

/** The first deployment, and the preview of a changed grant, as the runner of a forge runs what `init` wrote. */
export function testMainRoad(forge: Forge): void {
  let world: World | undefined;
  const started = (): World => {
    if (world === undefined) throw new Error('the world was not made');
    return world;
  };

  beforeAll(async () => {
    world = await World.create({ forge, estate: smallEstate(forge) });
  });
  afterAll(() => world?.stop());

  test('the first deployment gives the access that the estate declares', async () => {
    const { team, issuer } = started();
    const ran = await started().runGreen({ kind: 'push', commit: team.git('rev-parse', 'origin/main').trim() });
    expect((await started().read()).assignments).toEqual(BEFORE);
    // By the job's own token: the machine has no keys.
    expect(issuer.issued).not.toEqual([]);
    // The estate has no program: no job is about Pulumi, and none installs it.
    expect(jobsAbout(/Pulumi/, ran)).toEqual([]);
    expect(askedOfPulumi(team)).toEqual([]);
  });

  test('a pull request that changes a grant tells who gains access, and changes nothing', async () => {
    const { team, forge: api } = started();
    const proposal = await team.propose('Let the auditors read the portal', async () => {
      team.edit('estates/acme/estate.yaml', ACCOUNTS, ACCOUNTS.replace(']', ', { name: portal-prod }]'));
      await team.entraAws('preview', '--estate', 'acme');
    });
    await started().runGreen(proposal);
    const [comment, ...others] = api.comments;
    expect(others).toEqual([]);
    expect(comment?.body).toContain('**1 assignment gained, 0 lost**');
    expect(comment?.body).toMatch(/Security Auditors<\/code> gain .+ in <code>portal-prod/);
    expect(comment?.body).not.toContain('failed');
    expect((await started().read()).assignments).toEqual(BEFORE);
    expect(api.faults).toEqual([]);
  });
}
