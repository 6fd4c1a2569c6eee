import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { alternatives, needOf } from '../../../apps/emulator/graph/permissions/needs';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { answeringSignIn, startIn } from '../../support/bootstrap-command';
import { EngineGraph, FOR_AZUREAD, FOR_REVIEWERS } from '../../support/engine-graph';
import { EngineProject } from '../../support/engine-project';
import { describeProject, SECRET } from '../../support/engine-suite';
import { writeEstate } from '../../support/estate-project';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { hostedSandboxFiles } from '../../support/sandbox';
import { inDays } from '../../support/fixed-day';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { directoryOf } from '../../support/recovery/interrupted-programs';
import { TokenIssuer } from '../apps/emulator/support/issuer';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

/** Administrators of the directories. */
const ADMINS = {
  customers: 'ada@contosoclaims.onmicrosoft.com',
  workforce: 'ada@contosob2c.onmicrosoft.com',
} as const satisfies Readonly<Record<PulumiKind, string>>;
const SCIM_TOKEN = 'scim-token-of-the-sandbox';
/** What Bicep makes for the pipeline, with the permissions that it gives. */
const BICEP = {
  clientId: '88888888-8888-4888-8888-888888888888',
  clientSecret: SECRET,
  objectId: '99999999-9999-4999-8999-999999999999',
  displayName: 'id-pulumi-deploy',
  roles: GRAPH_PERMISSIONS.workforce.deploy,
};
const OTHER = '66666666-6666-4666-8666-666666666666';
/** Variables of another application, which a person's shell may have. */
const NO_CREDENTIALS = { ARM_CLIENT_SECRET: '', ARM_USE_CLI: 'false' };

const ADDRESS = '[identity@insurance.example.com]';
/** The estate, whose pipeline signs in as what Bicep makes. */
const withBicep = (text: string): string =>
  text.replace(
    'pipeline:\n',
    `pipeline:\n  identities: { workforce: { preview: ${OTHER}, deploy: ${BICEP.clientId} } }\n`,
  );

type Environment = Readonly<Record<string, string>>;

describeProject(
  'the sandbox, deployed by the applications that a person made with entra-aws sign-in bootstrap',
  (cli) => {
    let issuer: TokenIssuer;

    beforeAll(async () => {
      issuer = await TokenIssuer.start();
    });

    afterAll(() => issuer.stop());

    test.each<readonly [PulumiKind, 'laptop' | 'pipeline', readonly string[]]>([
      ['customers', 'laptop', ['Claims', 'Claims API']],
      ['customers', 'pipeline', ['Claims', 'Claims API']],
      ['workforce', 'laptop', ['AWS IAM Identity Center', 'AWS leavers (sandbox)']],
    ])(
      '%s goes from an empty tenant to done by its %s, a preview shows no change, and it is destroyed',
      async (program, use, registered) => {
        await withTenant(program, async (tenant) => {
          expect(await tenant.bootstrap()).toBe('done');
          const deploy = use === 'laptop' ? tenant.asLaptop : await tenant.asPipeline('deployments');
          tenant.forget();
          if (program === 'workforce') {
            // Graph names no owner of what an application makes from a template: a person does.
            const stopped = await deploy('up', '--yes');
            expect(stopped).toContain('az ad app owner add');
            expect(tenant.refused()).toEqual([]);
            expect(await tenant.bootstrap()).toBe('done');
          }
          expect(await deploy('up', '--yes')).toBe('done');
          expect(await tenant.applications()).toEqual([...registered, 'sandbox deployments', 'sandbox previews']);
          expect(await deploy('preview', '--refresh', '--expect-no-changes')).toBe('done');
          // With less, a request of this run would have been refused.
          expect(tenant.needless(GRAPH_PERMISSIONS[program].deploy)).toEqual([]);

          const review = await tenant.asPipeline('previews');
          expect(await review('preview', '--expect-no-changes')).toBe('done');
          expect(await review('preview', '--refresh', '--expect-no-changes')).toBe('done');
          expect(tenant.refused()).toEqual([]);
          // It may look, and no more.
          expect(await review('destroy', '--yes')).toContain('403');
          expect(await tenant.applications()).toEqual([...registered, 'sandbox deployments', 'sandbox previews']);
          tenant.forget();

          expect(await deploy('destroy', '--refresh', '--yes')).toBe('done');
          expect(tenant.refused()).toEqual([]);
          expect(await tenant.bootstrap('--remove')).toBe('done');
          expect(await tenant.applications()).toEqual([]);
        });
      },
    );

    test('the pipeline, which signs in as another identity, changes what the laptop made once it owns that', async () => {
      await withTenant('workforce', async (tenant) => {
        expect(await tenant.bootstrap()).toBe('done');
        expect(await tenant.asLaptop('up', '--yes')).toContain('has no owner');
        expect(await tenant.bootstrap()).toBe('done');
        expect(await tenant.asLaptop('up', '--yes')).toBe('done');

        // What Bicep makes deploys from here on: without an owner more, its next change of the application is its last.
        tenant.writeEstate((text) => withBicep(text).replace(ADDRESS, '[aws@insurance.example.com]'));
        expect(await tenant.asBicep('up', '--yes')).toContain('403');
        const wanted = await tenant.bootstrap('--check');
        expect(wanted).toContain(`make ${BICEP.clientId} an owner of 'AWS IAM Identity Center'`);
        expect(await tenant.bootstrap()).toBe('done');
        tenant.forget();
        expect(await tenant.asBicep('up', '--yes')).toBe('done');
        tenant.writeEstate((text) => withBicep(text).replace(ADDRESS, '[pipeline@insurance.example.com]'));
        expect(await tenant.asBicep('up', '--yes')).toBe('done');
        expect(tenant.refused()).toEqual([]);
        expect(await tenant.bootstrap('--check')).toBe('done');
      });
    });

    /** An empty directory, where nothing is let through that is not documented, and a laptop with the project. */
    async function withTenant(program: PulumiKind, task: (tenant: EmptyTenant) => Promise<void>): Promise<void> {
      const { tenant } = directoryOf(program);
      const admin = ADMINS[program];
      const quirks = { administrators: [admin], ...FOR_REVIEWERS, ...FOR_AZUREAD };
      // What the emulator itself registers may do nothing.
      const graph = await EngineGraph.start(
        { tenant, users: [admin], clients: [BICEP], deployer: { roles: [] }, quirks },
        'sign-in bootstrap',
      );
      const project = await EngineProject.create({ cli, stackName: `sandbox-${program}` });
      try {
        await project.stack.setConfig('scimToken', { value: SCIM_TOKEN, secret: true });
        await project.stack.setConfig('scimTokenExpires', { value: inDays(200).slice(0, 10) });
        await task(new EmptyTenant(program, { graph, project, issuer }));
      } finally {
        project.remove();
        await graph.stop();
      }
    }
  },
);

interface Parts {
  readonly graph: EngineGraph;
  readonly project: EngineProject;
  /** Of the pipeline's tokens. */
  readonly issuer: TokenIssuer;
}

/** Runs Pulumi for the stack of a program. @returns `done`, or what a run that failed has said */
type Deployer = (...words: readonly string[]) => Promise<string>;

const endOf = ({ code, stdout, stderr }: Finished): string => (code === 0 ? 'done' : `${stdout}\n${stderr}`);

class EmptyTenant {
  constructor(
    private readonly program: PulumiKind,
    private readonly parts: Parts,
  ) {}

  /** The command, and a person who signs in to the directory in a browser. */
  async bootstrap(...options: readonly string[]): Promise<string> {
    const agreed = options.includes('--check') ? [] : ['--yes'];
    const child = this.start(['sign-in', 'bootstrap', '--program', this.program, ...agreed, ...options]);
    return endOf(await finish(answeringSignIn(child, this.parts.graph.emulator, ADMINS[this.program])));
  }

  /** By the certificate of this laptop. */
  readonly asLaptop: Deployer = async (...words) =>
    endOf(await finish(this.start(['sign-in', '--program', this.program, '--', ...this.pulumi(words)])));

  /** As what Bicep made. */
  readonly asBicep: Deployer = async (...words) => {
    const [name = '', ...args] = this.pulumi(words);
    const child = spawn(name, args, {
      cwd: this.parts.project.stack.workspace.workDir,
      env: {
        ...process.env,
        ...this.environment(),
        ...{ ARM_CLIENT_ID: BICEP.clientId, ARM_CLIENT_SECRET: BICEP.clientSecret },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return endOf(await finish(child));
  };

  /** Changes the estate, which is a copy from then on. */
  writeEstate(change: (text: string) => string): void {
    const { workDir } = this.parts.project.stack.workspace;
    const files = hostedSandboxFiles();
    rmSync(join(workDir, 'estates'), { recursive: true, force: true });
    writeEstate(workDir, 'sandbox', { ...files, [ESTATE_FILE]: change(files[ESTATE_FILE] ?? '') });
  }

  /** By a token of the pipeline, for what the application of a duty trusts. */
  async asPipeline(duty: 'deployments' | 'previews'): Promise<Deployer> {
    const application = await this.named(`sandbox ${duty}`);
    const path = `/v1.0/applications/${textOf(application, 'id')}/federatedIdentityCredentials`;
    const [credential = {}] = await this.list(path);
    // The forge's own issuer can't be had here; the subject and the audience are those that it would send.
    await this.parts.graph.call(`PATCH ${path}/${textOf(credential, 'id')}`, { issuer: this.parts.issuer.url });
    return async (...words) => {
      const claims = { sub: textOf(credential, 'subject'), aud: 'api://AzureADTokenExchange' };
      const [name = '', ...args] = this.pulumi(words);
      const child = spawn(name, args, {
        cwd: this.parts.project.stack.workspace.workDir,
        env: {
          ...process.env,
          ...this.environment(),
          ARM_CLIENT_ID: textOf(application, 'appId'),
          ARM_USE_OIDC: 'true',
          ARM_OIDC_TOKEN: await this.parts.issuer.token(new Date(), claims),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return endOf(await finish(child));
    };
  }

  /** Names of what is registered besides the emulator's own. */
  async applications(): Promise<readonly unknown[]> {
    const names = (await this.list('/v1.0/applications')).map(({ displayName }) => displayName);
    return names.filter((name) => name !== 'deployer' && name !== BICEP.displayName).toSorted();
  }

  forget(): void {
    this.parts.graph.emulator.log.clear();
  }

  /** Requests since then that were refused, or that the emulator does not know. */
  refused(): readonly string[] {
    return this.parts.graph.emulator.log.entries
      .filter(({ status }) => status === 401 || status === 403 || status === 501)
      .map(({ method, path, status }) => `${status} ${method} ${path}`);
  }

  /** Permissions without which each request since then would have been answered, too. */
  needless(permissions: readonly string[]): readonly string[] {
    const needs = this.parts.graph.emulator.log.entries.flatMap(({ client = '', route = '' }) => {
      const [method = '', path = ''] = route.split(' ');
      if (!/entragraph|terraform|azuread/i.test(client) || path === '') return [];
      return [alternatives(needOf({ method, path: path.replace(/^\/(?:v1\.0|beta)/, '') }).application)];
    });
    const areEnough = (held: readonly string[]): boolean =>
      needs.every((ways) => ways.some((way) => way.every((permission) => held.includes(permission))));
    return permissions.filter((one) => areEnough(permissions.filter((other) => other !== one)));
  }

  private start(args: readonly string[]): ReturnType<typeof startIn> {
    const { graph, project } = this.parts;
    return startIn(
      { emulator: graph.emulator, folder: project.stack.workspace.workDir, env: this.environment() },
      args,
    );
  }

  private pulumi(words: readonly string[]): readonly string[] {
    return ['pulumi', ...words, '--non-interactive', '--stack', this.parts.project.stack.name];
  }

  private environment(): Environment {
    const { graph, project } = this.parts;
    const { envVars, pulumiHome = '' } = project.stack.workspace;
    const { ARM_METADATA_HOSTNAME = '', SSL_CERT_FILE = '', NODE_EXTRA_CA_CERTS = '' } = graph.emulator.env;
    return {
      ...NO_CREDENTIALS,
      ...{ ARM_METADATA_HOSTNAME, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS },
      ...{ ...envVars, PULUMI_HOME: pulumiHome },
    };
  }

  private async named(displayName: string): Promise<JsonObject> {
    const found = (await this.list('/v1.0/applications')).find((one) => one['displayName'] === displayName);
    if (found === undefined) throw new Error(`no application '${displayName}'`);
    return found;
  }

  private async list(path: string): Promise<readonly JsonObject[]> {
    return objectsOf((await this.parts.graph.call(`GET ${path}`)).body, 'value');
  }
}
