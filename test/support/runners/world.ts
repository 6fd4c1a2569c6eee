import { CreateAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateAccountAssignmentCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { organization, startSandboxOrganization } from '../../system/stacks/sandbox-organization';
import { type IdentityCenter, readIdentityCenter } from '../../system/stacks/read-identity-center';
import { runCdkOk } from '../cdk-cli';
import { FakeGitHub } from '../fake-github';
import { FakeAzureDevOps } from '../forges/fake-azure-devops';
import type { FakeForge } from '../forges/fake-forge';
import { FakeGitLab } from '../forges/fake-gitlab';
import type { Moto } from '../moto';
import { Directories, type DirectoryOptions } from './directories';
import { runAtAzureDevOps } from './azure-devops';
import { runAtGitHub } from './github';
import { runAtGitLab } from './gitlab';
import { TokenIssuer } from './issuer';
import { endOf, type Occasion, type Ran, type RunnerWorld, type Started } from './run';
import { addPulumi, makeStack, noteThatPulumiIsAsked } from './pulumi';
import { Team } from './team';

const FORGES: Readonly<Record<Forge, () => FakeForge>> = {
  github: () => new FakeGitHub(),
  gitlab: () => new FakeGitLab(),
  'azure-devops': () => new FakeAzureDevOps(),
};

const RUNNERS: Readonly<Record<Forge, (world: RunnerWorld, occasion: Started) => Promise<Ran>>> = {
  github: runAtGitHub,
  gitlab: runAtGitLab,
  'azure-devops': runAtAzureDevOps,
};

export interface WorldOptions {
  readonly forge: Forge;
  /** Text of estate.yaml. */
  readonly estate: string;
  /** Further options of `init`. @default an empty estate of AWS alone */
  readonly init?: readonly string[];
  /** Default branch of the repository. @default main */
  readonly branch?: string;
  /** Directories that Pulumi's programs are about, each with a stack. @default none, and no Pulumi on the machine */
  readonly directories?: readonly DirectoryOptions[];
  /** Account that administers IAM Identity Center beside the management account. @default none */
  readonly delegatedAdministrator?: string;
}

type Parts = Pick<World, 'team' | 'forge' | 'issuer' | 'moto' | 'directories'>;

const ONLY_AWS = ['--start', 'empty', '--customers', 'none', '--platform', 'none'];

/** A team's repository with everything that its pipeline talks to, and the runner of its forge. */
export class World implements RunnerWorld {
  readonly variables: Record<string, string> = {};
  /** Runs so far, each attempt of them. */
  readonly ran: Ran[] = [];
  private runs = 0;

  readonly team: Team;
  readonly forge: FakeForge;
  readonly issuer: TokenIssuer;
  readonly moto: Moto;
  readonly directories: Directories;

  private constructor({ team, forge, issuer, moto, directories }: Parts) {
    this.team = team;
    this.directories = directories;
    this.forge = forge;
    this.issuer = issuer;
    this.moto = moto;
  }

  /** Makes the repository as a team does, up to the first push, which no run has followed yet. */
  static async create(options: WorldOptions): Promise<World> {
    const { forge, init = ONLY_AWS, branch = 'main' } = options;
    const world = await World.around(await Team.create({ forge, init, branch }), options);
    try {
      await world.begin(options);
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** Everything else, around a team's repository. */
  static async around(
    team: Team,
    { directories = [], delegatedAdministrator }: Pick<WorldOptions, 'directories' | 'delegatedAdministrator'> = {},
  ): Promise<World> {
    const issuer = await TokenIssuer.start();
    const moto = await startSandboxOrganization(delegatedAdministrator === undefined ? {} : { delegatedAdministrator });
    Object.assign(team.variables, moto.env);
    return new World({
      ...{ team, issuer, moto },
      forge: await FORGES[team.forge]().start(),
      directories: await Directories.start(directories, issuer),
    });
  }

  /** An address and no keys: a job takes a role on by its own token. */
  get aws(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.moto.env).filter(([name]) => !/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|.*REGION)$/.test(name)),
    );
  }

  /** Runs the pipeline. */
  async run(occasion: Occasion): Promise<Ran> {
    const again = occasion.kind === 'push' ? occasion.again : undefined;
    const run = again?.run ?? 1000 + ++this.runs;
    if (occasion.kind === 'pull-request') this.forge.head = occasion.head;
    const ran = await RUNNERS[this.team.forge](this, { ...occasion, run });
    this.ran.push(ran);
    return ran;
  }

  /** Runs the pipeline. @throws Error with the jobs and the end of the log unless the run is green */
  async runGreen(occasion: Occasion): Promise<Ran> {
    const ran = await this.run(occasion);
    if (!ran.isGreen) throw new Error(['the run is red', JSON.stringify(ran.jobs), ...endOf(ran.log)].join('\n'));
    return ran;
  }

  /** Commit of the default branch at the forge. */
  tip(): string {
    return this.team.git('ls-remote', 'origin', `refs/heads/${this.team.branch}`).split('\t')[0] ?? '';
  }

  /** What a run posts from now on is all that there is. */
  forgetPosts(): void {
    this.forge.forget();
    this.forge.labels = [];
  }

  /** Gives an account to a group as somebody does in the console. */
  async assignByHand(group: string, set: string, account: string): Promise<void> {
    const { instanceArn } = organization.identityCenter;
    const { sets } = await this.read();
    const client = new SSOAdminClient(this.moto.client);
    await client.send(
      new CreateAccountAssignmentCommand({
        InstanceArn: instanceArn,
        PermissionSetArn: sets.get(set)?.arn,
        PrincipalType: 'GROUP',
        PrincipalId: organization.groups.find(({ displayName }) => displayName === group)?.id,
        TargetType: 'AWS_ACCOUNT',
        TargetId: organization.accounts.find(({ name }) => name === account)?.id,
      }),
    );
    client.destroy();
  }

  /** Makes an account as AWS Organizations does. */
  async addAccount(name: string): Promise<void> {
    const client = new OrganizationsClient(this.moto.client);
    await client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@insurance.example.com` }));
    client.destroy();
  }

  /** What IAM Identity Center has. */
  read(): Promise<IdentityCenter> {
    return readIdentityCenter(this.moto, organization);
  }

  private async begin({ estate, directories = [], delegatedAdministrator }: WorldOptions): Promise<void> {
    const { team, moto } = this;
    await team.entraAws('snapshot', '--estate', 'acme');
    team.write('estates/acme/estate.yaml', estate);
    await team.entraAws('preview', '--estate', 'acme');
    await team.entraAws('upgrade');
    // An app without stacks can't be asked for more.
    const accounts = /^access:/m.test(estate) ? [moto.accountId, delegatedAdministrator] : [];
    for (const account of accounts.filter((id) => id !== undefined)) {
      const env = { ...moto.env, ...(account === moto.accountId ? {} : await moto.keysOf(account)) };
      await runCdkOk(['bootstrap', `aws://${account}/${moto.region}`], { cwd: team.folder, env });
    }
    if (directories.length > 0) await this.addStacks(directories);
    else noteThatPulumiIsAsked(team);
    team.push(team.branch, 'Begin');
  }

  private async addStacks(all: readonly DirectoryOptions[]): Promise<void> {
    Object.assign(this.variables, this.directories.variables);
    addPulumi(this.team);
    for (const one of all) await makeStack(this.team, one, this.directories.metadataHost(one.program));
  }

  async stop(): Promise<void> {
    await this.moto.stop();
    await this.forge.stop();
    await this.issuer.stop();
    this.team.remove();
    await this.directories.stop();
  }
}
