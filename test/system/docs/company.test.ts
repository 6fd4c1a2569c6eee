import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { name, version } from '../../../package.json';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { docsCommands, stepCommands } from '../../support/docs-commands';
import { EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { EXTERNAL_PERMISSIONS } from '../../support/graph-permissions';
import { REPOSITORY } from '../../support/repository';
import { ACCOUNTS, companyEstate, CUSTOMERS } from '../../support/runners/estates';
import { addPulumiInS3 } from '../../support/runners/pulumi';
import { auditorsIn } from '../../support/runners/scenarios';
import { describePipeline } from '../../support/runners/suite';
import { Team } from '../../support/runners/team';
import { World } from '../../support/runners/world';
import { describeWithTool } from '../../support/tools';
import { Terminal } from '../../support/tutorial/terminal';
import { register } from '../apps/emulator/support/use-emulator';
import { hasAzuread, missingEngine } from '../package/team-stack';
import { organization } from '../stacks/sandbox-organization';

const HOME = { account: organization.organization.managementAccountId, region: organization.identityCenter.region };
const NEXT = '99.0.0';
const SERVICE = 'AWS::ECS::ExpressGatewayService';

/** Words of the docs' commands in whose place a reader types another: names and answers of one's own. */
const OWN: readonly (readonly [docs: string, reader: string])[] = [
  ['git@github.com:acme/identity.git', 'git@gitlab.com:insurance/identity.git'],
  // The answers that a person gives on a terminal. The company thinks better of the name later.
  ['entra-aws init acme', 'entra-aws init pilot --yes --start empty --customers external-id --platform ecs-express'],
  ['AWS_PROFILE=management ', ''],
  ['--region eu-west-1', `--region ${HOME.region}`],
  ['--estate acme --dry-run', '--estate acme --yes --dry-run'],
];

/**
 * The life of a team's repository, by commands of the docs' own blocks and of `deploy --dry-run`. For real: what npm packs, the
 * CDK and its CLI, Pulumi's engine with its state in S3 and the provider entragraph, git, and GitLab's runner for the written
 * pipeline. Stand-ins: AWS (moto), Graph, the API of GitLab, Docker, the registry of npm, and azuread's plug-in where there is
 * none, so that applications are then registered beforehand.
 */
describePipeline('gitlab', 'a company with two applications of its own beside each other, and its state in S3', () => {
  describeWithTool({ tool: 'pulumi', title: 'from an empty folder to leaving', missing: missingEngine() }, () => {
    let world: World;
    let graph: EngineGraph;
    let terminal: Terminal;
    /** Whatever follows what failed would fail for another reason. */
    let failed: string | undefined;
    const team = (): Team => world.team;
    const estateFile = (estate: string): string => `estates/${estate}/estate.yaml`;
    const metadataHost = (): string => new URL(graph.emulator.tlsUrl).host;
    const pushes = (): number => readFileSync(join(team().root, 'docker.log'), 'utf8').match(/^push /gm)?.length ?? 0;

    beforeAll(async () => {
      world = await World.around(Team.empty({ forge: 'gitlab' }));
      graph = await EngineGraph.start({
        tenant: CUSTOMERS.tenant,
        deployer: { roles: EXTERNAL_PERMISSIONS.deploy },
        ...(hasAzuread && { quirks: FOR_AZUREAD }),
      });
      await equip();
      terminal = Terminal.open(team().folder, { ...team().environment, ...team().variables });
    });

    afterAll(async () => {
      await terminal.close();
      await graph.stop();
      await world.stop();
    });

    /** The machine of an engineer, and of the runner: Docker, Pulumi with its plug-ins, and a directory. */
    async function equip(): Promise<void> {
      const [log, node] = [join(team().root, 'docker.log'), process.execPath];
      const run = (file: string): string => `exec '${node}' '${join(REPOSITORY, file)}' "$@"`;
      writeFileSync(log, '');
      team().addProgram('docker', [`export DOCKER_LOG='${log}'`, run('test/support/docker-stand-in.cjs')]);
      addPulumiInS3(team());
      if (!hasAzuread) team().addProgram('pulumi-resource-azuread', [run('test/system/package/azuread-stand-in.cjs')]);
      const provider = join(team().folder, 'node_modules', name, 'dist/provider/pulumi-resource-entragraph');
      team().addProgram('pulumi-resource-entragraph', [`exec '${provider}' "$@"`]);
      const applications = hasAzuread ? [] : ['web-application', 'portal-application', 'quotes-application'];
      const clientIds: Record<string, string> = {};
      for (const one of applications) clientIds[one] = (await register(graph.call)).appId;
      // The values of the stand-ins' organization are the example's, which a pipeline refuses elsewhere.
      world.variables['CUSTOMERS_ARM_METADATA_HOSTNAME'] = metadataHost();
      Object.assign(team().variables, graph.environment, { STAND_IN_CLIENT_IDS: JSON.stringify(clientIds) });
    }

    /** Types commands one after the other. @returns what they printed @throws Error if one of them does not end with 0 */
    async function type(commands: readonly string[]): Promise<string> {
      let printed = '';
      for (const command of commands) {
        const typed = OWN.reduce((text, [docs, own]) => text.replace(docs, own), command);
        const { code, output } = await terminal.run(typed);
        if (code !== 0) throw new Error(`${typed}: exit code ${code}\n${output}`);
        printed += output;
      }
      return printed;
    }

    function step(title: string, run: () => Promise<void>): void {
      test(title, async () => {
        if (failed !== undefined) throw new Error(`not run, since this failed: ${failed}`);
        failed = title;
        await run();
        failed = undefined;
      });
    }

    step('an empty folder becomes a repository with an estate that has no errors', async () => {
      await type(docsCommands('own-repository.md', 'Beginning one'));
      team().write(estateFile('pilot'), companyEstate('gitlab', HOME));
      for (const one of ['portal', 'quotes'])
        team().write(`apps/${one}/Dockerfile`, `FROM scratch\nLABEL service=${one}\n`);
      const ready = docsCommands('deploying.md', 'Before the first run');
      const printed = await type(ready.map((command) => command.replace('--estate acme', '--estate pilot')));
      expect(printed).toContain('Findings: 0 errors');
      team().push('main', 'Begin');
    });

    step('the estate gets another name before its first deployment, and nothing keeps the old one', async () => {
      await type(docsCommands('leaving.md', 'Another name of an estate'));
      team().push('main', 'Rename the estate');
      expect(await type(['git ls-files estates', 'git grep -il pilot || true'])).not.toContain('pilot');
      await type(['npx --no entra-aws upgrade --check']);
    });

    step('a laptop deploys what a person deploys: state, applications, secrets, roles of the pipeline', async () => {
      const [dryRun = ''] = docsCommands('deploying.md', 'Deploying');
      const printed = await type([dryRun]);
      for (const one of ['state-bootstrap', 'pulumi-state', 'pulumi-stacks']) await type(stepCommands(printed, one));
      const { deployer } = graph.emulator;
      const set = 'pulumi config set --stack acme-customers';
      await type([
        `${set} azuread:metadataHost ${metadataHost()}`,
        `${set} azuread:clientId ${deployer.clientId}`,
        `${set} azuread:useCli false`,
        `${set} --secret azuread:clientSecret ${deployer.clientSecret}`,
      ]);
      // What follows it compares names in the directory, in which azuread's stand-in registers nothing.
      await type(stepCommands(printed, 'customers').slice(0, hasAzuread ? undefined : 1));
      for (const one of ['hosting-data', 'handoff', 'access-pipeline']) await type(stepCommands(printed, one));
      const flows = await graph.call('GET /v1.0/identity/authenticationEventsFlows');
      expect(valuesOf(flows, 'displayName')).toEqual(['Sign up and sign in']);
      const settings = readFileSync(join(team().folder, 'Pulumi.acme-customers.yaml'), 'utf8');
      expect(settings).toContain('alias/acme-pulumi');
      expect(settings).not.toContain(deployer.clientSecret);
      team().push('main', 'Add the stack of the customers');
    });

    step('a merge request shows in a comment who gains access', async () => {
      const proposal = await team().propose('Let the auditors read the portal', async () => {
        team().edit(estateFile('acme'), ACCOUNTS, ACCOUNTS.replace(']', ', { name: portal-prod }]'));
        await type(['npx --no entra-aws preview --estate acme']);
      });
      await world.runGreen(proposal);
      const [comment, ...others] = world.forge.comments;
      expect(others).toEqual([]);
      expect(comment?.body).toContain('**1 assignment gained, 0 lost**');
      expect(comment?.body).toMatch(/Security Auditors<\/code> gain .+ in <code>portal-prod/);
      expect(world.forge.faults).toEqual([]);
    });

    step('the merge deploys it: access, images, services', async () => {
      await world.runGreen({ kind: 'push', commit: team().merge() });
      expect((await world.read()).assignments).toEqual(auditorsIn('claims-dev', 'claims-test', 'portal-prod'));
      expect(pushes()).toBe(2);
      const events = await world.moto.stackEvents();
      const started = events.filter(({ type, status }) => type === SERVICE && status === 'CREATE_COMPLETE');
      expect(started.map(({ logicalId }) => logicalId.slice(0, 'Servicesportal'.length))).toEqual([
        'Servicesportal',
        'Servicesquotes',
      ]);
      // By the job's own token: the machine has no keys.
      expect(world.issuer.issued).not.toEqual([]);
      expect(team().leftFiles()).toEqual([]);
    });

    step('a newer version writes the managed files again, and changes nothing in the clouds', async () => {
      const [install = '', ...rest] = docsCommands('own-repository.md', 'Upgrading');
      expect(install).toMatch(/^npm install --save-exact /);
      const program = join(team().folder, 'node_modules', name, 'dist/library/program.cjs');
      writeFileSync(program, readFileSync(program, 'utf8').replaceAll(`"${version}"`, `"${NEXT}"`));
      const printed = await type(rest);
      expect(readFileSync(join(team().folder, '.entra-aws.json'), 'utf8')).toContain(NEXT);
      expect(printed).toContain('0 assignments gained, 0 lost');
      await type(['npx --no cdk diff --fail', 'pulumi preview --stack acme-customers --expect-no-changes']);
    });

    step('it leaves with plain code of both engines, which changes nothing', async () => {
      const commands = docsCommands('leaving.md', 'Without this package');
      // The company has no program of the workforce.
      const printed = await type(commands.filter((command) => !command.includes('workforce')));
      expect(printed).toContain('Number of stacks with differences: 0');
      expect(printed).toContain('unchanged');
    });
  });
});
