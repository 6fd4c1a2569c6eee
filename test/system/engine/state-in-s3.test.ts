import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalWorkspace } from '@pulumi/pulumi/automation';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { awsStateOf, backendUrlOf } from '../../../src/estate/sections/pipeline/pulumi-state';
import { allTemplates } from '../../support/all-templates';
import { describeEngine } from '../../support/engine-suite';
import { type Moto, startMoto } from '../../support/moto';
import { pipelinePlan, STATE_ACCOUNT, stateInS3 } from '../../support/pipeline';
import { pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';
import type { Template } from '../../support/templates';

const plan = pipelinePlan(stateInS3);
const provider = plan.estate.pipeline?.pulumi?.secretsProvider.url ?? '';
const state = awsStateOf(plan.estate);
// The bucket has no host of its own on this machine.
const backend = `${backendUrlOf(plan.estate) ?? ''}&use_path_style=true`;
const SECRET = 'the-token-of-the-test';

const templates = allTemplates(plan, ({ kind }) => kind === 'pulumi-state' || kind === 'pipeline');

function templateOf(name: string): Template {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`no template of ${name}`);
  return template;
}

/** Actions of a role for the state, as the template has them. */
function actionsOf(role: 'StatePreview' | 'StateDeploy'): readonly string[] {
  const { Resources } = templateOf(`sandbox-pipeline-${STATE_ACCOUNT}`);
  const policies = Object.entries(Resources).filter(([id]) => id.startsWith(`${role}DefaultPolicy`));
  return JSON.stringify(policies).match(/\b(?:s3|kms):[A-Za-z]+/g) ?? [];
}

/** Permissions of what the stand-in counts of S3: its methods. Lists are GET as well. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  's3:GET': 's3:GetObject',
  's3:HEAD': 's3:GetObject',
  's3:PUT': 's3:PutObject',
  's3:DELETE': 's3:DeleteObject',
};

/** The pulumi CLI and the AWS CLI against a stand-in that has the stack of the state. */
class InS3 {
  private constructor(
    readonly moto: Moto,
    readonly folder: string,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** The same with further variables. */
  with(more: Readonly<Record<string, string>>): InS3 {
    return new InS3(this.moto, this.folder, { ...this.variables, ...more });
  }

  static async start(cli: string): Promise<InS3> {
    const moto = await startMoto({ accountId: STATE_ACCOUNT });
    const folder = mkdtempSync(join(tmpdir(), 'state-in-s3-'));
    const started = new InS3(moto, folder, { PATH: `${cli}:${process.env['PATH'] ?? ''}` });
    try {
      await started.make();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  private async make(): Promise<void> {
    writeFileSync(
      join(this.folder, 'Pulumi.yaml'),
      `name: identity\nruntime: nodejs\nbackend: { url: '${backend}' }\n`,
    );
    mkdirSync(join(this.folder, 'home'));
    const TemplateBody = JSON.stringify({ Resources: templateOf('sandbox-pulumi-state').Resources });
    const client = new CloudFormationClient(this.moto.client);
    await client.send(new CreateStackCommand({ StackName: 'sandbox-pulumi-state', TemplateBody }));
    // moto's CloudFormation versions no bucket.
    const versioning = ['--versioning-configuration', '{ "Status": "Enabled" }'];
    await this.aws('s3api', 'put-bucket-versioning', '--bucket', state?.bucket ?? '', ...versioning);
  }

  get environment(): Record<string, string> {
    return {
      ...this.moto.env,
      PULUMI_HOME: join(this.folder, 'home'),
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      ...this.variables,
    };
  }

  async pulumi(...words: readonly string[]): Promise<string> {
    return this.run('pulumi', [...words, '--non-interactive']);
  }

  /** The AWS CLI. */
  async aws(...words: readonly string[]): Promise<string> {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    return this.run(python.python, [join(REPOSITORY, 'test/support/aws_cli.py'), ...words]);
  }

  /** A stack whose program has one secret, run by its own engine. */
  async stack(value: string) {
    return LocalWorkspace.createOrSelectStack(
      { stackName: 'sandbox-workforce', projectName: 'identity', program: () => Promise.resolve({ value }) },
      {
        workDir: this.folder,
        pulumiHome: join(this.folder, 'home'),
        secretsProvider: provider,
        envVars: this.environment,
      },
    );
  }

  /** Permissions that a run takes, of S3 and KMS. */
  async permissionsOf(run: () => Promise<unknown>): Promise<ReadonlySet<string>> {
    await this.moto.resetCalls();
    await run();
    const { operations } = await this.moto.calls();
    const asked = Object.keys(operations).filter((name) => /^(?:s3|kms):/.test(name));
    return new Set(asked.map((name) => PERMISSIONS[name] ?? name));
  }

  async stop(): Promise<void> {
    await this.moto.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(program: string, words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, words, { cwd: this.folder, env: this.environment });
    return stdout;
  }
}

describeEngine("Pulumi's state in S3", (cli) => {
  let inS3: InS3;
  let path: string | undefined;

  beforeAll(async () => {
    path = process.env['PATH'];
    process.env['PATH'] = `${cli}:${path ?? ''}`;
    inS3 = await InS3.start(cli);
    await inS3.pulumi('login', backend);
    await inS3.pulumi('stack', 'init', 'sandbox-workforce', '--secrets-provider', provider);
  });

  afterAll(async () => {
    process.env['PATH'] = path;
    await inS3.stop();
  });

  test('the stack holds the bucket and the key that the estate names, and the engine encrypts with it', async () => {
    await inS3.pulumi('config', 'set', '--secret', 'scimToken', SECRET, '--stack', 'sandbox-workforce');
    const config = readFileSync(join(inS3.folder, 'Pulumi.sandbox-workforce.yaml'), 'utf8');
    expect(config).toContain(`alias/${state?.alias ?? ''}`);
    expect(config).not.toContain(SECRET);
    expect(await inS3.pulumi('config', 'get', 'scimToken', '--stack', 'sandbox-workforce')).toContain(SECRET);
  });

  test('a deployment and a preview take no permission that their role lacks', async () => {
    const stack = await inS3.stack('one');
    const deploying = await inS3.permissionsOf(() => stack.up());
    expect([...deploying].filter((one) => !actionsOf('StateDeploy').includes(one))).toEqual([]);
    expect([...deploying]).toContain('s3:PutObject');
    const previewing = await inS3.permissionsOf(() => stack.preview());
    expect([...previewing].filter((one) => !actionsOf('StatePreview').includes(one))).toEqual([]);
    expect([...previewing]).toContain('s3:GetObject');
  });

  test('an earlier state comes back from its version, and a run that was killed leaves a lock that can be taken away', async () => {
    const key = '.pulumi/stacks/identity/sandbox-workforce.json';
    const valueOf = () => inS3.pulumi('stack', 'output', 'value', '--stack', 'sandbox-workforce');
    const listed = await inS3.aws(
      ...['s3api', 'list-object-versions', '--bucket', 'insurance-pulumi', '--prefix', '.pulumi/stacks/'],
      ...['--query', 'Versions[].[Key, VersionId, LastModified]', '--output', 'text'],
    );
    const version = /sandbox-workforce\.json\t(\S+)/.exec(listed)?.[1] ?? '';
    const good = await valueOf();
    const stack = await inS3.stack('two');
    await stack.up();
    expect(await valueOf()).not.toBe(good);
    await inS3.aws(
      ...['s3api', 'copy-object', '--bucket', 'insurance-pulumi', '--key', key],
      ...['--copy-source', `insurance-pulumi/${key}?versionId=${version}`],
    );
    expect(await valueOf()).toBe(good);
    await inS3.aws(
      ...['s3api', 'put-object', '--bucket', 'insurance-pulumi'],
      ...['--key', '.pulumi/locks/organization/identity/sandbox-workforce/11111111-0000-4000-8000-000000000000.json'],
      ...[
        '--body',
        JSON.stringify({ pid: 1, username: 'other', hostname: 'elsewhere', timestamp: '2026-01-01T00:00:00Z' }),
      ],
    );
    await expect(stack.up()).rejects.toThrow(/lock/);
    await inS3.pulumi('cancel', '--yes', '--stack', 'sandbox-workforce');
    await stack.up();
    expect(await valueOf()).not.toBe(good);
  });

  test('a stack moves there from another place, with its secrets', async () => {
    const name = ['--stack', 'sandbox-customers'] as const;
    const elsewhere = join(inS3.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const at = { PULUMI_BACKEND_URL: `file://${elsewhere}`, PULUMI_CONFIG_PASSPHRASE: 'of the test' };
    await inS3.with(at).pulumi('stack', 'init', 'sandbox-customers');
    await inS3.with(at).pulumi('config', 'set', '--secret', 'token', SECRET, ...name);
    await inS3.with(at).pulumi('stack', 'change-secrets-provider', ...name, provider);
    await inS3.with(at).pulumi('stack', 'export', ...name, '--file', 'state.json');
    await inS3.pulumi('stack', 'init', 'sandbox-customers', '--secrets-provider', provider);
    await inS3.pulumi('stack', 'import', ...name, '--file', 'state.json');
    expect(await inS3.pulumi('config', 'get', 'token', ...name)).toContain(SECRET);
    expect(await inS3.pulumi('stack', 'ls')).toContain('sandbox-customers');
  });
});
