import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { handoffIds } from '../../../src/handoff/handoff';
import { type KillOrder, startKillingProxy } from '../handoff/killing-proxy';
import { CLIENT_SECRET, outputsOf } from '../../support/handoff/outputs';
import { finish, type Finished, killGroup } from '../clouds/organization/run-snapshot';
import { writeEstate } from '../../support/estate-project';
import { inDays } from '../../support/fixed-day';
import { hostedFiles, ownServices } from '../../support/hosting';
import { fakePrograms } from '../../support/fake-cli';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { PROGRAM, REPOSITORY } from '../../support/repository';

const CRM = '2b1a0c8e-7f65-4d37-9e6f-8a4b5c9e2d10';
const SECRET = 'sandbox/customers/web-client-secret';
const WRITES = handoffIds('b2c').length + 2;
const PLACE = 'sandbox-customers -> account 210000000011 (eu-west-1)';

const folder = temporaryFolder();
const estates = join(folder, 'estates');
writeEstate(folder, 'sandbox', hostedSandboxFiles());
const programs = fakePrograms(join(folder, 'bin'));

function pulumiPrints(outputs: object): void {
  programs.answer('pulumi', [{ words: ['--show-secrets'], stdout: JSON.stringify(outputs) }]);
}

/** Outputs for the services of `ownServices`. */
function ownOutputs(): object {
  const applications = { crm: { clientId: CRM }, portal: { clientId: CRM } };
  const life = { clientSecret: `${CLIENT_SECRET}-of-crm`, expires: inDays(300) };
  return { ...outputsOf(), applications, clientSecrets: { crm: life, portal: life } };
}

describeWithPython('npx --no entra-aws deploy handoff', () => {
  let moto: Moto;
  const run = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, [PROGRAM, 'deploy', 'handoff', '--estates', estates, ...args], {
      cwd: REPOSITORY,
      env: { ...moto.env, PATH: programs.path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  const handoff = async (...args: readonly string[]): Promise<Finished> => {
    const finished = await finish(run(args));
    for (const value of [CLIENT_SECRET, outputsOf().webClientId]) {
      expect(finished.stdout + finished.stderr).not.toContain(value);
    }
    return finished;
  };

  async function stored(): Promise<Record<string, string | undefined>> {
    const { Parameters = [] } = await new SSMClient(moto.client).send(
      new GetParametersByPathCommand({ Path: '/sandbox/customers', MaxResults: 10 }),
    );
    const more = await new SSMClient(moto.client).send(
      new GetParametersByPathCommand({ Path: '/sandbox/customers', NextToken: '10', MaxResults: 10 }),
    );
    const secret = await new SecretsManagerClient(moto.client)
      .send(new GetSecretValueCommand({ SecretId: SECRET }))
      .catch(() => undefined);
    const all = [...Parameters, ...(more.Parameters ?? [])].map(({ Name = '', Value }) => [Name, Value] as const);
    return { ...Object.fromEntries(all), secret: secret?.SecretString };
  }

  const createSecret = async (): Promise<unknown> =>
    new SecretsManagerClient(moto.client).send(new CreateSecretCommand({ Name: SECRET }));

  beforeAll(async () => {
    moto = await startMoto({ accountId: '210000000011', region: 'eu-west-1' });
  });
  afterAll(() => moto.stop());
  beforeEach(async () => {
    await moto.reset();
    pulumiPrints(outputsOf());
  });

  test('prints no secret that an error of AWS or of Pulumi quotes', async () => {
    const quoting = createServer((request, response) => {
      void text(request).then((body) => {
        const isDescribed = String(request.headers['x-amz-target']).endsWith('DescribeSecret');
        const __type = body.includes('SecretString') ? 'InvalidRequestException' : 'ResourceNotFoundException';
        response.writeHead(isDescribed ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(isDescribed ? { Name: SECRET } : { __type, message: `refused: ${body}` }));
      });
    });
    await once(quoting.listen(0, '127.0.0.1'), 'listening');
    const { port } = quoting.address() as AddressInfo;
    const ofAws = await finish(run([], { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` }));
    quoting.close();
    expect(ofAws.code).toBe(1);
    expect(ofAws.stderr).toContain('[secret]');
    expect(ofAws.stdout + ofAws.stderr).not.toContain(CLIENT_SECRET);

    const passphrase = 'correct horse battery';
    const stderr = `error: incorrect passphrase '${passphrase}', state {"clientSecret": "${CLIENT_SECRET}"}`;
    programs.answer('pulumi', [{ words: ['--show-secrets'], stderr, code: 255 }]);
    const ofPulumi = await finish(run([], { PULUMI_CONFIG_PASSPHRASE: passphrase }));
    expect(ofPulumi.code).toBe(1);
    expect(ofPulumi.stderr).toContain('incorrect passphrase');
    for (const secret of [passphrase, CLIENT_SECRET]) expect(ofPulumi.stderr).not.toContain(secret);
  });

  test('asks Pulumi by the plain command, hands everything over, and has nothing to do the second time', async () => {
    await createSecret();
    await moto.resetCalls();
    const first = await handoff();
    // The permissions that docs/deploying.md lists; the deploy role of the pipeline has them.
    expect(Object.keys((await moto.calls()).operations).toSorted()).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'ssm:GetParameters',
      'ssm:PutParameter',
      'sts:GetCallerIdentity',
    ]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout.split('\n')).toEqual([
      `${PLACE}:`,
      ...handoffIds('b2c').map(
        () => expect.stringMatching(/^ {2}create parameter \/sandbox\/customers\/[a-z-]+$/) as string,
      ),
      `  create secret ${SECRET}`,
      '  create parameter /sandbox/customers/version',
      '',
    ]);
    expect(await stored()).toMatchObject({
      '/sandbox/customers/web-client-id': outputsOf().webClientId,
      '/sandbox/customers/version': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      secret: CLIENT_SECRET,
    });
    expect(await handoff()).toEqual({ code: 0, stdout: `${PLACE}: everything is handed over\n`, stderr: '' });
    expect(programs.calls().at(-1)).toBe(
      'pulumi stack output --json --show-secrets --non-interactive --stack sandbox-customers',
    );
  });

  test('--check tells what differs, exits with 1 and writes nothing', async () => {
    await createSecret();
    await handoff();
    pulumiPrints(outputsOf({ clientSecret: 'the next one' }));
    const before = await stored();
    expect(await handoff('--check')).toEqual({
      code: 1,
      stdout: `${PLACE}: 2 to write; run npx --no entra-aws deploy handoff\n  update secret ${SECRET}\n  update parameter /sandbox/customers/version\n`,
      stderr: '',
    });
    expect(await stored()).toEqual(before);
  });

  test('refuses the stack of another tenant', async () => {
    await createSecret();
    pulumiPrints(outputsOf({ tenantId: '99999999-7b52-4e89-a3d1-6f0e2b9c5d73' }));
    const { code, stderr } = await handoff();
    expect(code).toBe(1);
    expect(stderr).toBe(
      'The stack sandbox-customers belongs to the tenant 99999999-7b52-4e89-a3d1-6f0e2b9c5d73, the estate sandbox to c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73, so its values are not taken.\n' +
        'Choose the right backend (pulumi login) and estate; after a change of customers.tenantId, deploy the stack first.\n',
    );
    expect(await stored()).toEqual({ secret: undefined });
  });

  test.each<[readonly string[]]>([[[]], [['--check']]])(
    'refuses a secret that has ended, with %j too',
    async (options) => {
      await createSecret();
      pulumiPrints(outputsOf({ clientSecretExpires: '2026-06-30T00:00:00Z' }));
      expect(await handoff(...options)).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'The client secret of the stack sandbox-customers ended on 2026-06-30: nothing was written.\n' +
          'Make the one that is due, then run this again: pulumi up --stack sandbox-customers\n',
      });
      expect(await stored()).toEqual({ secret: undefined });
    },
  );

  test('refuses credentials of another AWS account', async () => {
    const { code, stderr } = await finish(run([], await moto.keysOf('210000000012')));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'These AWS credentials belong to the account 210000000012, the hosting of sandbox to 210000000011: nothing was written.\n' +
        'Choose the right ones, by AWS_PROFILE or aws sso login.\n',
    });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['is missing', () => Promise.resolve(), `There is no secret ${SECRET} in this account and Region`],
    [
      'is scheduled for deletion',
      async () => {
        await createSecret();
        return new SecretsManagerClient(moto.client).send(new DeleteSecretCommand({ SecretId: SECRET }));
      },
      `restore-secret --secret-id ${SECRET}`,
    ],
  ])('writes nothing where the secret %s, and says what to do', async (_state, prepare, message) => {
    await prepare();
    const { code, stderr } = await handoff();
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(Object.keys(await stored())).toEqual(['secret']);
  });

  test('says what Pulumi said when it fails', async () => {
    programs.answer('pulumi', [{ code: 255, stderr: "error: no stack named 'sandbox-customers' found\n" }]);
    expect((await handoff()).stderr).toContain("(exit code 255):\nerror: no stack named 'sandbox-customers' found\n");
  });

  test('ended by kill -9 at each write in turn, every run goes on where the one before it ended', async () => {
    await createSecret();
    let kill: KillOrder | undefined;
    const proxy = await startKillingProxy(moto.endpoint, () => kill);
    const told: boolean[] = [];
    for (let after = 0; after < WRITES; after += 1) {
      const child = run([], { AWS_ENDPOINT_URL: proxy.endpoint });
      kill = {
        after,
        takesEffect: true,
        kill: () => {
          killGroup(child);
        },
      };
      expect((await finish(child)).code).toBeNull();
      told.push('/sandbox/customers/version' in (await stored()));
    }
    await proxy.stop();
    // Nothing was written twice, and the version came last.
    expect(proxy.writes).toEqual([...handoffIds('b2c').map(() => 'PutParameter'), 'PutSecretValue', 'PutParameter']);
    expect(told).toEqual([...Array<boolean>(WRITES - 1).fill(false), true]);
    expect((await handoff('--check')).code).toBe(0);
  });

  test('ended by kill -9 before AWS takes the secret, hands over the secret and the version in the next run', async () => {
    await createSecret();
    const proxy = await startKillingProxy(moto.endpoint, () => ({
      after: WRITES - 2,
      takesEffect: false,
      kill: () => {
        killGroup(child);
      },
    }));
    const child = run([], { AWS_ENDPOINT_URL: proxy.endpoint });
    expect((await finish(child)).code).toBeNull();
    await proxy.stop();
    expect((await stored())['secret']).toBeUndefined();
    expect((await handoff()).stdout).toBe(
      `${PLACE}:\n  create secret ${SECRET}\n  create parameter /sandbox/customers/version\n`,
    );
    expect((await stored())['secret']).toBe(CLIENT_SECRET);
  });

  test('--url prints a patch for the deployed address, and none where the estate has a domain of its own', async () => {
    const origin = 'https://abc123.eu-west-1.awsapprunner.com';
    const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } }, Outputs: { WebUrl: { Value: origin } } };
    await new CloudFormationClient(moto.client).send(
      new CreateStackCommand({ StackName: 'sandbox-hosting', TemplateBody: JSON.stringify(template) }),
    );
    const files = hostedSandboxFiles();
    const withoutUrl = (files['estate.yaml'] ?? '').replace(/^ {2}url: .*\n/m, '');
    writeEstate(join(folder, 'first'), 'sandbox', { ...files, 'estate.yaml': withoutUrl });
    const first = await handoff('--estates', join(folder, 'first/estates'), '--url');
    expect(first.code).toBe(1);
    expect(first.stdout).toContain(`+      - ${origin}\n`);
    expect(first.stdout).toContain(`+  url: ${origin}\n`);
    expect(first.stderr).toContain('Review the patch and commit it. Then npx --no entra-aws deploy --estate sandbox');
    expect(await handoff('--url')).toEqual({
      code: 0,
      stdout: `${join(estates, 'sandbox/estate.yaml')} has a domain of its own, https://claims.example.com: there is nothing to add\n`,
      stderr: '',
    });
  });

  test('--to writes the variables of a service elsewhere, for its owner alone, and asks no AWS', async () => {
    const services = join(folder, 'services');
    writeEstate(services, 'sandbox', hostedFiles(ownServices));
    pulumiPrints(ownOutputs());
    const write = (service: string, file: string): Promise<Finished> => {
      const args = ['--estates', join(services, 'estates'), '--service', service, '--to', file];
      return finish(run(args, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }));
    };
    const file = join(services, 'crm.env');
    const written = await write('crm', file);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(`CLIENT_ID=${CRM}\nCLIENT_SECRET=${CLIENT_SECRET}-of-crm\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(written.stdout).not.toMatch(new RegExp(`${CLIENT_SECRET}|${CRM}`));
    const refused = await write('portal', file);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('crm')]);
    const committed = join(REPOSITORY, 'crm.txt');
    expect(await write('crm', committed)).toMatchObject({ code: 2 });
    expect(existsSync(committed)).toBe(false);

    // A link leads to where git would take the secret up.
    symlinkSync(join(REPOSITORY, 'package.json'), join(services, 'link.env'));
    const places = [
      services,
      join(services, 'none/crm.env'),
      join(file, 'crm.env'),
      '/dev/stdout',
      join(services, 'link.env'),
    ];
    const calls = programs.calls().length;
    for (const place of places) {
      const answer = await write('crm', place);
      expect([place, answer.code, answer.stdout]).toEqual([place, 2, '']);
      expect(answer.stderr).toContain(place === places.at(-1) ? 'package.json' : place);
    }
    expect(programs.calls()).toHaveLength(calls);
  });

  test('--to writes nothing where git can not tell whether it takes the file up', async () => {
    const broken = join(folder, 'broken');
    pulumiPrints(ownOutputs());
    writeEstate(broken, 'sandbox', hostedFiles(ownServices));
    execFileSync('git', ['init', '--quiet', broken]);
    writeFileSync(join(broken, '.git/config'), '[core\n');
    const file = join(broken, 'crm.env');
    const args = ['--estates', join(broken, 'estates'), '--service', 'crm', '--to', file];
    const { code, stderr } = await finish(run(args));
    expect([code, stderr]).toEqual([1, expect.stringContaining('bad config')]);
    expect(existsSync(file)).toBe(false);
  });

  test('--url says so where nothing is deployed', async () => {
    const { code, stderr } = await handoff('--url');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Reading the outputs of the stack sandbox-hosting failed.\n  cloudformation:DescribeStacks: ',
    );
  });
});
