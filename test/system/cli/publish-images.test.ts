import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Outcome } from '../../../src/deploy/pipeline/outcome';
import { runCdkOk } from '../../support/cdk-cli';
import { fakePrograms } from '../../support/fake-cli';
import { type Moto, startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { PROGRAM, REPOSITORY, SANDBOX, UNVALIDATED } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';

const ACCOUNT = '210000000011';
const REGION = 'eu-west-1';
const STACK = 'sandbox-hosting';
const REPOSITORY_NAME = `cdk-hnb659fds-container-assets-${ACCOUNT}-${REGION}`;
const [WEB, API, OTHER] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

const project = temporaryFolder();
const bin = join(project, 'bin');
const pushed = join(project, 'docker.log');
const clouds = join(project, 'plan/clouds');
const DOCKER = join(REPOSITORY, 'test/support/docker-stand-in.cjs');

describeWithPython('images that are published before an approval', () => {
  let moto: Moto;

  beforeAll(async () => {
    cpSync(SANDBOX, join(project, 'estates/sandbox'), { recursive: true });
    mkdirSync(bin);
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec '${process.execPath}' '${DOCKER}' "$@"\n`);
    chmodSync(join(bin, 'docker'), 0o755);
    moto = await startMoto({ region: REGION, accountId: ACCOUNT });
  });

  afterAll(() => moto.stop());

  beforeEach(async () => {
    await moto.reset();
    await ecr('CreateRepository', { repositoryName: REPOSITORY_NAME, imageTagMutability: 'IMMUTABLE' });
    writeFileSync(pushed, '');
    rmSync(join(project, 'plan'), { recursive: true, force: true });
    await synthesise(WEB, API);
  });

  async function ecr(operation: string, input: object): Promise<unknown> {
    const response = await fetch(moto.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/ecr/aws4_request`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text);
  }

  /** A stack with the two images, whose sources have these hashes. */
  async function synthesise(web: string, api: string): Promise<void> {
    const app = join(mkdtempSync(join(project, 'app-')), 'app.cjs');
    const library = JSON.stringify(join(REPOSITORY, 'node_modules/aws-cdk-lib'));
    writeFileSync(
      app,
      `const { App, CfnResource, Stack } = require(${library});
const stack = new Stack(new App(), '${STACK}', { env: { account: '${ACCOUNT}', region: '${REGION}' } });
const images = Object.entries({ web: '${web}', api: '${api}' }).map(([name, sourceHash]) =>
  stack.synthesizer.addDockerImageAsset({
    sourceHash, displayName: 'Customer application: ' + name, executable: ['node', '-e', 'console.log("sha256:built")', name],
  }).imageUri);
new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { DisplayName: images.join(' ') } });
`,
    );
    await runCdkOk(['synth', '--quiet', '--app', `${process.execPath} ${app}`, '--output', 'plan/cdk.out'], {
      cwd: project,
      env: { ...moto.env, ...UNVALIDATED },
    });
  }

  async function entraAws(args: readonly string[], path: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAM, 'ci', ...args, '--estate', 'sandbox'], {
      cwd: project,
      env: {
        ...moto.env,
        HOME: project,
        CDK_HOME: project,
        DOCKER_LOG: pushed,
        CDK_DISABLE_CLI_TELEMETRY: '1',
        PATH: [...path, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return await finish(child);
  }

  const publish = () => entraAws(['publish-images'], [bin, join(REPOSITORY, 'node_modules/.bin')]);
  const images = () =>
    z
      .array(z.looseObject({ name: z.string(), tag: z.string(), digest: z.string(), isNew: z.boolean() }))
      .parse(JSON.parse(readFileSync(join(clouds, 'images.json'), 'utf8')));
  const pushes = () => readFileSync(pushed, 'utf8').match(/^push /gm)?.length ?? 0;

  test('are built, pushed and written down with the digests that the registry gave them', async () => {
    // The role that publishes may take on the CDK's role for images, and do nothing else.
    for (const service of ['cloudformation', 'ssm']) {
      const fail = { code: 'AccessDenied', status: 403, times: 1000 };
      await moto.orderFault({ service, operation: '*', fail });
    }
    expect(await publish()).toMatchObject({ code: 0 });
    await moto.clearFaults();
    expect(pushes()).toBe(2);
    const found = images();
    expect(found).toMatchObject([
      { name: 'Customer application: api', tag: API, isNew: true },
      { name: 'Customer application: web', tag: WEB, isNew: true },
    ]);
    for (const { digest, tag } of found) {
      expect(
        await ecr('DescribeImages', { repositoryName: REPOSITORY_NAME, imageIds: [{ imageTag: tag }] }),
      ).toMatchObject({ imageDetails: [{ imageDigest: digest }] });
    }
    // Nothing but the images: no template, no file, and none of the CDK's other roles.
    const { operations } = await moto.calls();
    expect(Object.keys(operations).filter((call) => /^(s3|ssm):/.test(call))).toEqual([]);
    expect(readdirSync(join(project, 'plan/cdk.out')).filter((name) => name.startsWith('images-'))).toEqual([]);
  });

  test('are not built again where the registry has them, and keep their digests', async () => {
    await publish();
    const before = images();
    expect(await publish()).toMatchObject({ code: 0 });
    expect(pushes()).toBe(2);
    expect(images()).toEqual(before.map((image) => ({ ...image, isNew: false })));
  });

  test('are refused where a tag could be moved', async () => {
    await ecr('PutImageTagMutability', { repositoryName: REPOSITORY_NAME, imageTagMutability: 'MUTABLE' });
    const { code, stderr } = await publish();
    expect(code).toBe(1);
    expect(stderr).toContain(`${REPOSITORY_NAME} must have the tag mutability IMMUTABLE, got MUTABLE`);
    expect(pushes()).toBe(0);
  });

  describe('and a deployment', () => {
    const programs = fakePrograms(join(project, 'fake'));
    const NONE = 'Number of stacks with differences: 0\n';

    beforeEach(async () => {
      await publish();
      const outcome: Outcome = { step: 'hosting', command: 'cdk diff', state: 'unchanged', destroyed: [], text: NONE };
      writeFileSync(join(clouds, 'hosting.outcome.json'), JSON.stringify({ ...outcome, text: NONE.trim() }));
    });

    async function apply() {
      programs.answer('cdk', [{ words: ['diff'], stdout: NONE }, { words: ['deploy'] }]);
      const before = programs.calls().length;
      const finished = await entraAws(
        ['apply-stack', '--step', 'hosting', '--clouds', clouds],
        [join(project, 'fake')],
      );
      return { ...finished, calls: programs.calls().slice(before).length };
    }

    test('goes on with the digests that were approved', async () => {
      const { code, stdout, calls } = await apply();
      expect({ code, calls }).toEqual({ code: 0, calls: 3 });
      for (const { name, digest } of images()) expect(stdout).toContain(`${name}: ${digest} as it was approved`);
    });

    test('begins nothing where a tag has another image', async () => {
      await ecr('BatchDeleteImage', { repositoryName: REPOSITORY_NAME, imageIds: [{ imageTag: WEB }] });
      const [approved] = images().filter(({ tag }) => tag === WEB);
      rmSync(join(project, 'elsewhere'), { recursive: true, force: true });
      await entraAws(
        ['publish-images', '--out', join(project, 'elsewhere')],
        [bin, join(REPOSITORY, 'node_modules/.bin')],
      );
      const { code, stderr, calls } = await apply();
      expect({ code, calls }).toEqual({ code: 1, calls: 0 });
      expect(stderr).toContain(`${STACK} would run another image than was approved`);
      expect(stderr).toContain(
        `Customer application: web, digest\nApproved: ${String(approved?.digest)}\nNow: sha256:`,
      );
    });

    test('begins nothing where an image is gone', async () => {
      await ecr('BatchDeleteImage', { repositoryName: REPOSITORY_NAME, imageIds: [{ imageTag: API }] });
      const { code, stderr, calls } = await apply();
      expect({ code, calls }).toEqual({ code: 1, calls: 0 });
      expect(stderr).toMatch(/Customer application: api, digest\nApproved: sha256:\w+\nNow: none/);
    });

    test('begins nothing where the assembly has other sources', async () => {
      await synthesise(OTHER, API);
      const { code, stderr, calls } = await apply();
      expect({ code, calls }).toEqual({ code: 1, calls: 0 });
      expect(stderr).toContain(`Customer application: web, hash of its sources\nApproved: ${WEB}\nNow: ${OTHER}`);
    });

    test('begins nothing where a tag could be moved, or no image was approved', async () => {
      await ecr('PutImageTagMutability', { repositoryName: REPOSITORY_NAME, imageTagMutability: 'MUTABLE' });
      expect(await apply()).toMatchObject({ code: 1, calls: 0 });
      rmSync(join(clouds, 'images.json'));
      const { code, stderr, calls } = await apply();
      expect({ code, calls }).toEqual({ code: 1, calls: 0 });
      expect(stderr).toContain('no image was approved');
    });
  });
});
