import type { RecoveryOptions } from '../../../src/cli/deploy/repair/program/stack-commands';
import { recoverProgram } from '../../../src/cli/deploy/repair/program/recover-program';
import { type Directory, openDirectory } from '../../../src/clouds/graph/directory';
import type { Graph } from '../../../src/clouds/graph/recovery/named-objects';
import { runPrograms } from '../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../src/preview/entra/facts';
import { trustCertificateFile } from '../../../provider/trust';
import { textOf } from '../../../provider/values';
import { idOf } from '../../support/apps/emulator/support/client';
import { RecordedEngine } from '../../support/recovery/recorded-engine';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { create, group, instantiate, useEmulator, user } from '../apps/emulator/support/use-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');
const GROUP = 'azuread:index/group:Group';
const CERTIFICATE = 'entragraph:index:SamlSigningCertificate';

describe('recovery of the workforce program after a run that was killed', () => {
  const { emulator, call } = useEmulator();
  /** Id of an object that was made long ago, as the directory then tells. */
  let old: string | undefined;
  let run: ProgramRun;
  let directory: Directory;
  let isLockStale: boolean;
  let engine: RecordedEngine;
  let said: string[];
  let asked: string[];

  beforeAll(async () => {
    const { estate, emergency } = planFiles(sandboxFiles());
    const { programs } = await runPrograms(estate, { now: NOW, emergency });
    const found = programs.find(({ program }) => program === 'workforce');
    if (found === undefined) throw new Error('the sandbox has no workforce');
    run = found;
    trustCertificateFile(emulator().caFile);
    directory = openDirectory('workforce', emulator().tenant.id, emulator().env);
  });

  afterAll(() => {
    directory.close();
  });

  beforeEach(() => {
    engine = new RecordedEngine();
    said = [];
    asked = [];
    isLockStale = true;
  });

  afterEach(async () => {
    const all = await directory.context.graph.list('/v1.0/groups');
    for (const { id } of all) await call(`DELETE /v1.0/groups/${textOf(id)}`);
  });

  const withOld = (graph: Graph): Graph => {
    const list: Graph['list'] = async (...args) =>
      (await graph.list(...args)).map((one) =>
        one['id'] === old ? { ...one, createdDateTime: '2026-01-01T00:00:00Z' } : one,
      );
    return Object.assign(Object.create(graph) as Graph, { list });
  };
  /** @param answer what the person says; nobody is there unless given */
  const recover = async (options: Partial<RecoveryOptions> = {}, answer = false): Promise<boolean> =>
    recoverProgram({
      run,
      graph: withOld(directory.context.graph),
      caller: await directory.caller(),
      hasEnded: () => isLockStale,
      read: engine.read,
      show: ({ words }) => {
        engine.ran.push(`${words[1] ?? ''}, shown`);
        return Promise.resolve(0);
      },
      confirm: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
      say: (text) => void said.push(text),
      again: (more) => `npx --no entra-aws deploy repair workforce ${more}`.trim(),
      options: { check: false, yes: false, removeSpare: false, takeOver: [], ...options },
    });
  /** As azuread makes one: whoever deploys owns it. */
  const make = async (name: string, owner = emulator().deployer.objectId): Promise<string> => {
    const owners = { 'owners@odata.bind': [`${emulator().graphUrl}/v1.0/directoryObjects/${owner}`] };
    return idOf(await create(call, '/v1.0/groups', group(name, owners)));
  };
  const somebody = async (name: string): Promise<string> => idOf(await create(call, '/v1.0/users', user(name)));
  const isThere = async (id: string): Promise<boolean> => (await call(`GET /v1.0/groups/${id}`)).status === 200;

  test('takes the lock away, takes over what the run had made, and shows what is left', async () => {
    const [admins, auditors] = [await make('Security Admins'), await make('Security Auditors')];
    expect(await recover({ yes: true })).toBe(true);
    expect(engine.ran).toEqual([
      ...['stack', 'refresh', 'cancel', 'refresh', 'stack', 'import', 'stack'],
      'preview, shown',
    ]);
    const parent = 'workforce';
    expect(engine.imported).toEqual([
      {
        nameTable: { [parent]: expect.stringMatching(/identity:entra:WorkforceGroups::workforce$/) as string },
        resources: [
          { type: GROUP, name: 'workforce-Security Admins', id: `/groups/${admins}`, parent },
          { type: GROUP, name: 'workforce-Security Auditors', id: `/groups/${auditors}`, parent },
        ],
      },
    ]);
    expect(asked).toEqual([]);
  });

  test('what the run was making stays known until a person has decided', async () => {
    const id = await make('Security Admins');
    expect(await recover()).toBe(false);
    expect(engine.ran).toEqual(['stack']);
    expect(asked).toEqual(['Of what the last run made: take over 1?']);
    expect(said.at(-1)).toBe(
      'Nothing was changed. To decide: npx --no entra-aws deploy repair workforce, at a terminal, or with --yes',
    );
    expect(await recover({}, true)).toBe(true);
    expect(engine.imported[0]?.resources).toMatchObject([{ id: `/groups/${id}` }]);
  });

  test('takes no lock of another machine away while no person says that no other run is at work, --yes or not', async () => {
    isLockStale = false;
    const id = await make('Security Admins');
    expect(await recover({ yes: true })).toBe(false);
    expect(engine.ran).toEqual(['stack', 'refresh']);
    expect(said.slice(-2)).toEqual([
      'sandbox-workforce is locked by a run:\n' +
        '  file:///state/.pulumi/locks/1.json: created by ada@laptop (pid 7) at 2026-11-28T10:05:02Z',
      'Nothing was changed. Once you are sure that no other run is at work: pulumi cancel --yes --stack sandbox-workforce, and run this again',
    ]);
    expect(asked).toEqual(['Is no other run of this stack at work, here or in a pipeline? Take its lock away?']);
    expect(await recover({}, true)).toBe(true);
    expect(engine.imported[0]?.resources).toMatchObject([{ id: `/groups/${id}` }]);
  });

  test('a look changes nothing, and says what was under way, what is there, and what to do', async () => {
    const id = await make('Data Analysts');
    expect(await recover({ check: true })).toBe(false);
    expect(engine.ran).toEqual(['stack']);
    const text = said.join('\n').replaceAll(/ of \d{4}-\S+Z/g, ' of DAY');
    expect(text).toContain('sandbox-workforce: the last run ended while it was at work on');
    expect(text).toContain('  creating ApplicationFromTemplate aws-application');
    expect(text).toContain(
      `sandbox-workforce has no record of\n  Group workforce-Data Analysts: /groups/${id} of DAY, made by the last run\n  to do: npx --no entra-aws deploy repair workforce`,
    );
  });

  test('what the refresh does not find and the directory has stays in the stack', async () => {
    const [admins, auditors] = [await make('Security Admins'), await make('Security Auditors')];
    const urn = `urn:pulumi:sandbox-workforce::entra-aws-identity::${GROUP}::workforce-`;
    const other = '/groups/00000000-0000-0000-0000-000000000001';
    engine.add(
      {
        urn: `${urn}Security Admins`,
        type: GROUP,
        id: `/groups/${admins}`,
        outputs: { displayName: 'Security Admins' },
      },
      { urn: `${urn}Security Auditors`, type: GROUP, id: other, outputs: { displayName: 'Security Auditors' } },
    );
    const certificate =
      run.resources.find(({ type }) => type === CERTIFICATE)?.name ?? 'the sandbox has no certificate';
    const of = 'sandbox-workforce::entra-aws-identity';
    engine.add({
      urn: `urn:pulumi:${of}::${CERTIFICATE}::${certificate}`,
      type: CERTIFICATE,
      id: 'sp-1/1',
      outputs: {},
    });
    engine.hide('workforce-Security Admins', 'workforce-Security Auditors', certificate);
    await recover({ yes: true });
    expect(engine.imported.flatMap(({ resources }) => resources.map(({ id }) => id))).toEqual([`/groups/${admins}`]);
    expect(asked).toEqual([]);
    expect(said).toContain(
      'sandbox-workforce: workforce-Security Auditors is not in the directory; the next deployment makes it',
    );
    expect(said).toContainEqual(
      expect.stringContaining(
        `sandbox-workforce: ${certificate} went out of the stack, since the directory did not show it`,
      ),
    );
    expect(await isThere(auditors)).toBe(true);
  });

  test('what the run made without a word of it in the state is taken over, and asked about with all else', async () => {
    const id = await make('Security Admins');
    engine.add();
    expect(await recover({ yes: true })).toBe(true);
    expect(engine.imported[0]?.resources).toMatchObject([{ id: `/groups/${id}` }]);
    expect(asked).toEqual([]);
  });

  test.each([
    ['owns', false],
    ['owns, with the identity that deploys beside it,', true],
  ])('a group that somebody else %s is not what a killed run made, unless a person names it', async (_, isShared) => {
    const mallory = await somebody(`mallory${Number(isShared)}`);
    const id = await make('Security Admins', mallory);
    if (isShared) {
      const owner = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${emulator().deployer.objectId}` };
      expect((await call(`POST /v1.0/groups/${id}/owners/$ref`, owner)).status).toBe(204);
    }
    const ours = await make('Security Auditors');
    expect(await recover({ yes: true }, true)).toBe(false);
    expect(engine.imported).toEqual([]);
    expect(said.join('\n')).toContain(`npx --no entra-aws deploy repair workforce --take-over ${id}`);
    expect(await recover({ yes: true, takeOver: [id] })).toBe(true);
    expect(engine.imported[0]?.resources).toMatchObject([{ id: `/groups/${id}` }, { id: `/groups/${ours}` }]);
  });

  test('a group whose renaming was killed is the one that the stack has, and is not taken over a second time', async () => {
    const id = await make('Security Admins');
    const of = `urn:pulumi:sandbox-workforce::entra-aws-identity::${GROUP}`;
    engine.add({
      ...{ urn: `${of}::workforce-Security Team`, type: GROUP, id: `/groups/${id}` },
      outputs: { displayName: 'Security Team' },
    });
    const declared = run;
    for (const aliases of [[`${of}::workforce-Security Team`], []]) {
      run = {
        ...declared,
        resources: declared.resources.map((one) =>
          one.name === 'workforce-Security Admins' ? { ...one, aliases } : one,
        ),
      };
      expect(await recover({ yes: true })).toBe(true);
    }
    run = declared;
    expect(engine.imported).toEqual([]);
  });

  test('of two groups of the name the one that the run made is taken over, and the other one stays', async () => {
    const theirs = await make('Security Admins', await somebody('eve'));
    const ours = await make('Security Admins');
    expect(await recover({ yes: true, removeSpare: true }, true)).toBe(false);
    expect(engine.imported[0]?.resources).toMatchObject([{ id: `/groups/${ours}` }]);
    expect(said.join('\n')).toMatch(
      new RegExp(`${theirs} .*is spare; the identity that deploys does not own it alone`),
    );
    expect(await isThere(theirs)).toBe(true);
  });

  test('a group that was made another day is left, though the identity that deploys owns it', async () => {
    old = await make('Security Admins');
    expect(await recover({ yes: true })).toBe(false);
    expect(engine.imported).toEqual([]);
    old = undefined;
  });

  test.each([
    ['a secret of theirs', 'addPassword', { passwordCredential: { displayName: 'mine' } }],
    ['nothing', undefined, {}],
  ])('an application that somebody handed over with %s is taken over only without it', async (_, action, body) => {
    const { applicationId } = await instantiate(call, 'AWS IAM Identity Center');
    if (action !== undefined)
      expect((await call(`POST /v1.0/applications/${applicationId}/${action}`, body)).status).toBe(200);
    expect(await recover({ yes: true })).toBe(action === undefined);
    expect(engine.imported.length).toBe(action === undefined ? 1 : 0);
    await call(`DELETE /v1.0/applications/${applicationId}`);
  });

  test('a group with members is never taken over, whatever a person says', async () => {
    const id = await make('Security Admins');
    const member = idOf(await create(call, '/v1.0/users', user('mallory')));
    const reference = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${member}` };
    expect((await call(`POST /v1.0/groups/${id}/members/$ref`, reference)).status).toBe(204);
    expect(await recover({ yes: true }, true)).toBe(false);
    expect(engine.imported).toEqual([]);
    expect(said.join('\n')).toMatch(
      new RegExp(`/groups/${id} .*; it has members: not taken over, since somebody uses it`),
    );
  });

  describe('of a name that stands twice', () => {
    let ours: string;
    let spare: string;

    beforeEach(async () => {
      [ours, spare] = [await make('Security Admins'), await make('Security Admins')];
      engine.add({
        urn: 'urn:pulumi:sandbox-workforce::entra-aws-identity::azuread:index/group:Group::workforce-Security Admins',
        ...{ type: GROUP, id: `/groups/${ours}`, outputs: { displayName: 'Security Admins' } },
      });
    });

    test('names which object is ours, and fails', async () => {
      expect(await recover({ check: true })).toBe(false);
      const text = said.join('\n').replaceAll(/ of \d{4}-\S+Z/g, ' of DAY');
      expect(text).toBe(
        `name stands twice: group 'Security Admins': ours is '${ours}'; ${spare} of DAY is spare\n  to do: npx --no entra-aws deploy repair workforce --remove-spare`,
      );
    });

    test('deletes nothing unless it is asked for, and then what is spare alone', async () => {
      expect(await recover({ yes: true }, true)).toBe(false);
      expect([await isThere(ours), await isThere(spare)]).toEqual([true, true]);
      expect(await recover({ removeSpare: true })).toBe(false);
      expect(asked.at(-1)).toBe('Of what the last run made: delete 1?');
      expect([await isThere(ours), await isThere(spare)]).toEqual([true, true]);
      expect(await recover({ removeSpare: true, yes: true })).toBe(true);
      expect([await isThere(ours), await isThere(spare)]).toEqual([true, false]);
    });

    test('leaves one that was made another day to a person, since its name may be the same by chance', async () => {
      const older = await make('Security Admins');
      old = older;
      expect(await recover({ removeSpare: true, yes: true }, true)).toBe(false);
      expect([await isThere(ours), await isThere(spare), await isThere(older)]).toEqual([true, false, true]);
      expect(said).toContainEqual(
        expect.stringMatching(new RegExp(`; ${older} .*is spare; it was not made within a day of ours, so that only`)),
      );
    });

    test('leaves one with members to a person', async () => {
      const member = idOf(await create(call, '/v1.0/users', user('grace')));
      const reference = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${member}` };
      await call(`POST /v1.0/groups/${spare}/members/$ref`, reference);
      expect(await recover({ removeSpare: true, yes: true }, true)).toBe(false);
      expect(await isThere(spare)).toBe(true);
      expect(said).toEqual([
        expect.stringContaining('is spare; it has members, so that only a person may delete it') as string,
      ]);
    });
  });

  describe('of a policy whose day Graph does not tell', () => {
    const POLICIES = '/v1.0/policies/claimsMappingPolicies';
    const TYPE = 'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy';
    const name = 'AWS IAM Identity Center: NameID';
    let ours: string;
    let spare: string;

    const makePolicy = async (): Promise<string> => {
      const definition = ['{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true"}}'];
      return idOf(await create(call, POLICIES, { definition, displayName: name }));
    };
    const isLeft = async (id: string): Promise<boolean> => (await call(`GET ${POLICIES}/${id}`)).status === 200;

    beforeEach(async () => {
      [ours, spare] = [await makePolicy(), await makePolicy()];
      const resource = run.resources.find(({ type }) => type === TYPE)?.name ?? 'none';
      engine.add({
        urn: `urn:pulumi:sandbox-workforce::entra-aws-identity::${TYPE}::${resource}`,
        ...{ type: TYPE, id: `/policies/claimsMappingPolicies/${ours}`, outputs: { displayName: name } },
      });
    });

    afterEach(async () => {
      for (const id of [ours, spare]) await call(`DELETE ${POLICIES}/${id}`);
    });

    test('asks about each, and --yes is no answer to that', async () => {
      expect(await recover({ removeSpare: true, yes: true })).toBe(false);
      expect(asked).toEqual([
        `Delete the claims mapping policy '${name}' ${spare}? Say yes only if you know who made it.`,
      ]);
      expect(said[0]).toBe(
        `name stands twice: claims mapping policy '${name}': ours is '${ours}'; ${spare} is spare; Graph does not tell when it was made, so that --yes does not delete it`,
      );
      expect([await isLeft(ours), await isLeft(spare)]).toEqual([true, true]);
      expect(await recover({ removeSpare: true }, true)).toBe(true);
      expect([await isLeft(ours), await isLeft(spare)]).toEqual([true, false]);
    });

    test('leaves one that applies to an application to a person', async () => {
      const { principalId, applicationId } = await instantiate(call, 'Payroll');
      const reference = { '@odata.id': `${emulator().graphUrl}${POLICIES}/${spare}` };
      const path = `/v1.0/servicePrincipals/${principalId}/claimsMappingPolicies`;
      expect((await call(`POST ${path}/$ref`, reference)).status).toBe(204);
      expect(await recover({ removeSpare: true, yes: true }, true)).toBe(false);
      expect(said[0]).toContain('is spare; it applies to an application, so that only a person may delete it');
      expect(await isLeft(spare)).toBe(true);
      await call(`DELETE /v1.0/applications/${applicationId}`);
    });
  });

  test('what azuread left half made is named, and deleted on request', async () => {
    const id = await make('TERRAFORM_UPDATE_fe9ae7c6-dbc8-b8ab-dab1-4b23de5796f5');
    expect(await recover({ check: true })).toBe(false);
    expect(said.some((line) => line.startsWith(`unfinished: group ${id}`))).toBe(true);
    expect(await recover({ yes: true, removeSpare: true })).toBe(true);
    expect(await isThere(id)).toBe(false);
  });

  test('what the run had made and the estate has dropped since is named, since no stack will ever have it', async () => {
    const id = await make('Security Admins');
    const resources = run.resources.filter(({ name }) => name !== 'workforce-Security Admins');
    const declared = run;
    run = { ...run, resources };
    const isSound = await recover({ yes: true });
    run = declared;
    expect(isSound).toBe(false);
    expect(engine.imported).toEqual([]);
    expect(said).toContain(
      `left over: Group workforce-Security Admins is no longer in the estate, and the last run may have made /groups/${id}: look at it, and delete it by hand`,
    );
  });

  test('a state that was left half written says which file to delete', async () => {
    const broken = { code: 255, stdout: '', stderr: 'error: failed to load checkpoint: EOF\n' };
    await expect(
      recoverProgram({
        run,
        ...{ graph: directory.context.graph, caller: undefined, hasEnded: () => false },
        read: () => Promise.resolve(broken),
        show: () => Promise.resolve(0),
        confirm: () => Promise.resolve(false),
        say: () => undefined,
        again: (more) => more,
        options: { check: true, yes: false, removeSpare: false, takeOver: [] },
      }),
    ).rejects.toThrow('the state was left half written: delete the empty file that ends in .attrs');
  });
});
