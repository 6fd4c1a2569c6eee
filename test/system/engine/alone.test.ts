import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { create, instantiate } from '../apps/emulator/support/use-emulator';
import { idOf } from '../../support/apps/emulator/support/client';
import { EngineGraph } from '../../support/engine-graph';
import { describeEngine } from '../../support/engine-suite';
import { missingTools } from '../../support/path-tool';
import { InstalledPlugIn } from '../../support/plug-in';
import { findTool } from '../../support/built-tools';
import { pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool } from '../../support/tools';

const PACKAGE = `entragraph@${version}`;

/** The only block of a language on the page. */
function blockOf(language: string): string {
  const page = readFileSync(join(REPOSITORY, 'docs/entragraph-alone.md'), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/entragraph-alone.md has no block of ${language}`);
  return block;
}

/** The plug-in of a release beside a directory that has an application with a provisioning job. */
class Alone {
  private constructor(
    readonly graph: EngineGraph,
    readonly plugIn: InstalledPlugIn,
    private readonly job: { readonly principalId: string; readonly jobId: string },
  ) {}

  /** Object id of the application's service principal. */
  get principalId(): string {
    return this.job.principalId;
  }

  static async start(tools: readonly string[]): Promise<Alone> {
    const graph = await EngineGraph.start();
    const { principalId } = await instantiate(graph.call);
    const job = { templateId: 'aWSSingleSignon' };
    const jobs = `/v1.0/servicePrincipals/${principalId}/synchronization/jobs`;
    const jobId = idOf(await create(graph.call, jobs, job));
    const plugIn = await InstalledPlugIn.install(tools, { ...graph.emulator.env, ...graph.environment });
    return new Alone(graph, plugIn, { principalId, jobId });
  }

  /** What both programs answer. */
  get outputs(): unknown {
    return { jobId: this.job.jobId, identityProviders: ['EmailPassword-OAUTH'] };
  }

  async stop(): Promise<void> {
    this.plugIn.remove();
    await this.graph.stop();
  }
}

describeEngine('the schema of the installed plug-in', (cli) => {
  let plugIn: InstalledPlugIn;

  beforeAll(async () => {
    plugIn = await InstalledPlugIn.install([cli]);
  });

  afterAll(() => {
    plugIn.remove();
  });

  test("fits Pulumi's metaschema, and names the release as its source", async () => {
    const schema = await plugIn.pulumi(plugIn.folder, 'package', 'get-schema', PACKAGE);
    writeFileSync(join(plugIn.folder, 'schema.json'), schema);
    await plugIn.pulumi(plugIn.folder, 'schema', 'check', 'schema.json');
    expect(JSON.parse(schema)).toMatchObject({
      version,
      pluginDownloadURL: 'github://api.github.com/entra-aws-identity/entra-aws-identity',
    });
  });
});

describeEngine('a program in YAML', (cli) => {
  const host = findTool('pulumi-language-yaml');
  const missing = 'skipped' in host ? host.skipped : undefined;

  describeWithTool({ tool: 'pulumi', title: 'with the host for YAML', missing }, () => {
    let alone: Alone;

    beforeAll(async () => {
      alone = await Alone.start([cli, ...('folder' in host ? [host.folder] : [])]);
    });

    afterAll(() => (alone as Alone | undefined)?.stop());

    test('makes what it declares from what it looks up, changes nothing the second time, and leaves nothing', async () => {
      const { plugIn, graph } = alone;
      const project = plugIn.project('yaml');
      const pulumi = (...args: readonly string[]): Promise<string> => plugIn.pulumi(project, ...args);
      writeFileSync(join(project, 'Pulumi.yaml'), blockOf('yaml'));
      await pulumi('stack', 'init', 'test');
      await pulumi('config', 'set', 'servicePrincipalId', alone.principalId);
      await pulumi('up', '--yes', '--skip-preview');
      expect(JSON.parse(await pulumi('stack', 'output', '--json'))).toEqual(alone.outputs);
      expect((await graph.call('GET /beta/identity/b2cUserFlows/B2C_1_signin')).status).toBe(200);
      await pulumi('preview', '--expect-no-changes');
      await pulumi('destroy', '--yes', '--skip-preview');
      expect((await graph.call('GET /beta/identity/b2cUserFlows/B2C_1_signin')).status).toBe(404);
    });

    test('waits for nothing longer than its customTimeouts', async () => {
      const { plugIn, graph } = alone;
      const project = plugIn.project('late');
      const flow = {
        type: 'entragraph:index:UserFlow',
        properties: { userFlowId: 'B2C_1_late', userFlowType: 'signIn' },
        options: { customTimeouts: { create: '60s' } },
      };
      writeFileSync(
        join(project, 'Pulumi.yaml'),
        JSON.stringify({ name: 'late', runtime: 'yaml', resources: { flow } }),
      );
      await plugIn.pulumi(project, 'stack', 'init', 'test');
      // Without a time of its own the resource would wait for it, and then be made.
      graph.emulator.faults.add({ kind: 'throttled', path: '/beta/identity/b2cUserFlows/B2C_1_late', retryAfter: 120 });
      await expect(plugIn.pulumi(project, 'up', '--yes', '--skip-preview')).rejects.toThrow(
        'GET /beta/identity/b2cUserFlows/B2C_1_late: 429 ',
      );
    });

    test.each([
      [
        'getUserFlow',
        { userFlowId: 'B2C_1_singin' },
        "there is no user flow 'B2C_1_singin' in this directory; user flows: none",
      ],
      ['getUserFlow', { flow: 'x' }, /unknown key 'flow'|flow.*does not exist/i],
      [
        'getSynchronizationTemplate',
        { servicePrincipalId: 'PRINCIPAL', factoryTag: 'scim' },
        "there is no synchronization template of the factory tag 'scim' of the service principal",
      ],
    ])('is told what is wrong with its call of %s', async (name, args, message) => {
      const title = `wrong-${name}-${Object.keys(args).join('-')}`;
      const project = alone.plugIn.project(title);
      const call = { 'fn::invoke': { function: `entragraph:index:${name}`, arguments: args } };
      const program = { name: title, runtime: 'yaml', outputs: { found: call } };
      writeFileSync(join(project, 'Pulumi.yaml'), JSON.stringify(program).replace('PRINCIPAL', alone.principalId));
      await alone.plugIn.pulumi(project, 'stack', 'init', 'test');
      await expect(alone.plugIn.pulumi(project, 'preview')).rejects.toThrow(message);
    });
  });
});

describeEngine('a program in Python', (cli) => {
  const python = pythonEnvironment(join(REPOSITORY, 'test/support/pulumi.txt'));
  const generator = findTool('python-sdk');
  const missing = python.ok ? ('skipped' in generator ? generator.skipped : undefined) : python.reason;

  describeWithTool({ tool: 'python', title: 'with an SDK that is made from the schema', missing }, () => {
    let alone: Alone;

    beforeAll(async () => {
      alone = await Alone.start([cli]);
    });

    afterAll(() => (alone as Alone | undefined)?.stop());

    test('makes what it declares from what it looks up, changes nothing the second time, and leaves nothing', async () => {
      if (!python.ok || !('folder' in generator)) throw new Error('this suite is skipped without them');
      const { plugIn } = alone;
      const project = plugIn.project('python');
      const schema = await plugIn.pulumi(project, 'package', 'get-schema', PACKAGE);
      await plugIn.run(project, [join(generator.folder, 'python-sdk'), 'sdk'], schema);
      const into = ['--no-deps', '--no-build-isolation', '--quiet', '--disable-pip-version-check', '--target', 'site'];
      await plugIn.run(project, [python.python, '-m', 'pip', 'install', ...into, './sdk']);
      writeFileSync(join(project, '__main__.py'), blockOf('python'));
      mkdirSync(join(project, 'state'));
      const script = [join(REPOSITORY, 'test/support/run_program.py'), '__main__.py', join(project, 'state')];
      const config = JSON.stringify({ servicePrincipalId: alone.principalId });
      const environment = ['-c', 'import os,sys; os.environ["PYTHONPATH"]="site"; os.execv(sys.argv[1], sys.argv[1:])'];
      const { stdout } = await plugIn.run(project, [python.python, ...environment, python.python, ...script], config);
      expect(JSON.parse(stdout)).toEqual(alone.outputs);
    });
  });
});

const noHost = missingTools(['pulumi-language-python']);

describeWithTool({ tool: 'pulumi-language-python', title: 'a project in Python', missing: noHost }, () => {
  describeEngine('with the host for Python', (cli) => {
    let alone: Alone;

    beforeAll(async () => {
      alone = await Alone.start([cli]);
    });

    afterAll(() => (alone as Alone | undefined)?.stop());

    test('gets its SDK by `pulumi package add`', async () => {
      const project = alone.plugIn.project('project');
      const pulumi = (...args: readonly string[]): Promise<string> => alone.plugIn.pulumi(project, ...args);
      const runtime = 'runtime:\n  name: python\n  options: { toolchain: pip, virtualenv: venv }\n';
      writeFileSync(join(project, 'Pulumi.yaml'), `name: alone\n${runtime}`);
      writeFileSync(join(project, 'requirements.txt'), 'pulumi>=3,<4\n');
      writeFileSync(join(project, '__main__.py'), blockOf('python'));
      await pulumi('package', 'add', PACKAGE);
      await pulumi('stack', 'init', 'test');
      await pulumi('config', 'set', 'servicePrincipalId', alone.principalId);
      await pulumi('up', '--yes', '--skip-preview');
      expect(JSON.parse(await pulumi('stack', 'output', '--json'))).toEqual(alone.outputs);
      await pulumi('preview', '--expect-no-changes');
      await pulumi('destroy', '--yes', '--skip-preview');
    });
  });
});
