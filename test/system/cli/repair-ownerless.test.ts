import { recoverProgram } from '../../../src/cli/deploy/repair/program/recover-program';
import { type Directory, openDirectory } from '../../../src/clouds/graph/directory';
import { runPrograms } from '../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../src/preview/entra/facts';
import { trustCertificateFile } from '../../../provider/trust';
import { idOf, type Call } from '../../support/apps/emulator/support/client';
import { administratorOf } from '../../support/engine-graph';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { RecordedEngine } from '../../support/recovery/recorded-engine';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { create, group, instantiate, makeOwner, useEmulator } from '../apps/emulator/support/use-emulator';

const APPLICATION = 'AWS IAM Identity Center';
const TEMPLATE = 'azuread:index/applicationFromTemplate:ApplicationFromTemplate';
const GROUP = 'azuread:index/group:Group';
const URN = 'urn:pulumi:sandbox-workforce::entra-aws-identity';

describe('recovery where a killed run made an application twice that no one owns', () => {
  const { emulator, call } = useEmulator({ deployer: { roles: GRAPH_PERMISSIONS.workforce.deploy } });
  let administrator: Call;
  let run: ProgramRun;
  let directory: Directory;
  const engine = new RecordedEngine();
  const said: string[] = [];

  const recover = async (): Promise<boolean> => {
    said.length = 0;
    return recoverProgram({
      ...{ run, graph: directory.context.graph, caller: await directory.caller() },
      ...{ hasEnded: () => true, read: engine.read, show: () => Promise.resolve(0) },
      confirm: () => Promise.resolve(true),
      say: (text) => void said.push(text),
      again: (more) => `npx --no entra-aws deploy repair stacks ${more}`.trim(),
      options: { check: false, yes: true, removeSpare: true, takeOver: [] },
    });
  };
  const isThere = async (path: string): Promise<boolean> => (await administrator(`GET ${path}`)).status === 200;
  const makeGroup = async (): Promise<string> => {
    const owners = [`${emulator().graphUrl}/v1.0/directoryObjects/${emulator().deployer.objectId}`];
    return idOf(await create(call, '/v1.0/groups', group('Security Admins', { 'owners@odata.bind': owners })));
  };

  beforeAll(async () => {
    administrator = administratorOf(emulator());
    const { estate, emergency } = planFiles(sandboxFiles());
    const { programs } = await runPrograms(estate, { now: new Date(), emergency });
    const found = programs.find(({ program }) => program === 'workforce');
    if (found === undefined) throw new Error('the sandbox has no workforce');
    run = found;
    trustCertificateFile(emulator().caFile);
    directory = openDirectory('workforce', emulator().tenant.id, emulator().env);
  });

  afterAll(() => {
    directory.close();
  });

  test('a 403 is told with who must do what, keeps nothing else from being deleted, and ends once it has an owner', async () => {
    const [ours, spare] = [await instantiate(call, APPLICATION), await instantiate(call, APPLICATION)];
    const [group, spareGroup] = [await makeGroup(), await makeGroup()];
    const outputs = { displayName: APPLICATION, applicationObjectId: ours.applicationId };
    engine.add(
      { urn: `${URN}::${TEMPLATE}::aws-application`, ...{ type: TEMPLATE, id: ours.applicationId, outputs } },
      {
        urn: `${URN}::${GROUP}::workforce-Security Admins`,
        ...{ type: GROUP, id: `/groups/${group}`, outputs: { displayName: 'Security Admins' } },
      },
    );
    const path = `/v1.0/applications/${spare.applicationId}`;

    expect(await recover()).toBe(false);
    expect(said).toContainEqual(
      expect.stringMatching(
        `not deleted: application '${APPLICATION}' ${spare.applicationId}.*Application Administrator`,
      ),
    );
    expect([await isThere(path), await isThere(`/v1.0/groups/${spareGroup}`)]).toEqual([true, false]);

    await makeOwner(administrator, spare, emulator());
    expect(await recover()).toBe(true);
    expect([await isThere(path), await isThere(`/v1.0/applications/${ours.applicationId}`)]).toEqual([false, true]);
  });
});
