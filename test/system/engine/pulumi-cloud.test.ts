import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalWorkspace } from '@pulumi/pulumi/automation';
import { givenToken } from '../../../src/deploy/ci/pulumi-cloud';
import { identityOf } from '../../../src/deploy/ci/identity';
import { factsOf } from '../../../src/deploy/ci/facts';
import { nameAtEngine } from '../../../src/estate/plan/stacks/stacks';
import { describeEngine } from '../../support/engine-suite';
import { pipelinePlan, stateInCloud } from '../../support/pipeline';
import { PulumiCloud } from '../../support/pulumi-cloud';
import { temporaryFolder } from '../../support/templates';

const { estate, ...rest } = pipelinePlan(stateInCloud);
const plan = { ...rest, estate };
const STACK = nameAtEngine(estate, 'workforce');
const SECRET = 'the-token-of-the-test';

describeEngine("Pulumi's state in Pulumi Cloud", (cli) => {
  const folder = temporaryFolder();
  const credentials = join(folder, 'credentials');
  const home = join(folder, 'home');
  let cloud: PulumiCloud;
  let token: string;
  let path: string | undefined;

  const environment = (): Record<string, string> => ({
    PATH: `${cli}:${process.env['PATH'] ?? ''}`,
    PULUMI_BACKEND_URL: cloud.url,
    PULUMI_ACCESS_TOKEN: token,
    PULUMI_CREDENTIALS_PATH: credentials,
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  });
  const pulumi = async (...words: readonly string[]): Promise<string> => {
    const options = { cwd: folder, env: environment() };
    return (await promisify(execFile)('pulumi', [...words, '--non-interactive'], options)).stdout;
  };
  const stackOf = (value: string) =>
    LocalWorkspace.createOrSelectStack(
      { stackName: STACK, projectName: 'identity', program: () => Promise.resolve({ value }) },
      { workDir: folder, pulumiHome: home, envVars: environment() },
    );

  beforeAll(async () => {
    path = process.env['PATH'];
    process.env['PATH'] = `${cli}:${path ?? ''}`;
    cloud = await PulumiCloud.start('insurance');
    const job = { GITLAB_CI: 'true', PULUMI_ID_TOKEN: 'of-the-job' };
    const facts = factsOf(plan, { run: undefined, isTouched: true });
    const [wanted] = identityOf({ run: 'x', readsState: true }, { role: 'deploy' }, facts).tokens;
    if (wanted?.wanted.exchangedAt === undefined) throw new Error('no token is exchanged');
    const exchangedAt = { ...wanted.wanted.exchangedAt, url: cloud.url };
    token = (await givenToken({ ...wanted.wanted, exchangedAt }, job)).text;
    for (const one of [credentials, home]) mkdirSync(one);
    writeFileSync(join(folder, 'Pulumi.yaml'), 'name: identity\nruntime: nodejs\n');
    await pulumi('stack', 'init', STACK, '--secrets-provider', 'default');
  });

  afterAll(async () => {
    process.env['PATH'] = path;
    await cloud.stop();
  });

  test('the organization has the stack, though the caller has another one of his own', async () => {
    expect(STACK).toBe('insurance/sandbox-workforce');
    await pulumi('config', 'set', '--secret', 'scimToken', SECRET, '--stack', STACK);
    expect(readFileSync(join(folder, 'Pulumi.sandbox-workforce.yaml'), 'utf8')).not.toContain(SECRET);
    expect(await pulumi('config', 'get', 'scimToken', '--stack', STACK)).toContain(SECRET);
    const listed = await pulumi('stack', 'ls', '--organization', 'insurance', '--json');
    expect(JSON.parse(listed)).toMatchObject([{ name: STACK }]);
  });

  test('a program is deployed there, and its outputs and updates are read', async () => {
    const stack = await stackOf('one');
    expect((await stack.preview()).changeSummary).toEqual({ create: 1 });
    await stack.up();
    expect(await pulumi('stack', 'output', 'value', '--stack', STACK)).toBe('one\n');
    const history = JSON.parse(await pulumi('stack', 'history', '--json', '--stack', STACK)) as unknown;
    expect(history).toMatchObject([{ kind: 'update', result: 'succeeded' }]);
    expect(await pulumi('stack', 'export', '--stack', STACK)).toContain('pulumi:pulumi:Stack');
  });

  test('the token is written into the folder of the job alone', () => {
    expect(readFileSync(join(credentials, 'credentials.json'), 'utf8')).toContain(token);
    const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const texts = left.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
    expect(texts.filter((text) => text.includes(token))).toEqual([]);
    expect(existsSync(join(home, 'credentials.json'))).toBe(false);
  });

  test('a job that no policy allows is told what an administrator does', async () => {
    const wanted = {
      audience: 'urn:pulumi:org:insurance',
      connection: undefined,
      exchangedAt: { url: cloud.url, organization: 'insurance' },
    };
    const given = givenToken(wanted, { GITLAB_CI: 'true', PULUMI_ID_TOKEN: 'of-another-job' });
    await expect(given).rejects.toThrow(/OIDC Issuers/);
    await expect(given).rejects.not.toThrow(/of-another-job/);
  });
});
