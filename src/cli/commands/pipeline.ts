import { Command, Option } from '@commander-js/extra-typings';
import { DEPLOY_JOB } from '../../deploy/forges/job-names';
import { PIPELINE_KINDS } from '../../estate/plan/stacks';
import { STEPS } from '../../deploy/pipeline/steps';
import { estateCommand, helpTail } from '../program/define';
import { clouds, CLOUDS_FOLDER, deployed, estatesOption, previewFolder } from '../program/shared-options';

const PIPELINES = 'GitHub Actions, Azure Pipelines or GitLab CI/CD';

/** Permissions of the token, by what is done with it. */
const NEEDED = {
  comment:
    "'pull-requests: write' (GitHub), 'Contribute to pull requests' and SYSTEM_ACCESSTOKEN (Azure DevOps), or a project access " +
    'token in GITLAB_TOKEN (GitLab)',
  labels: "'pull-requests: read' (GitHub), or SYSTEM_ACCESSTOKEN (Azure DevOps)",
  report:
    "'issues: write' (GitHub), 'View work items in this node', 'Edit work items in this node', 'Create tag definition' and " +
    'SYSTEM_ACCESSTOKEN (Azure DevOps), or a project access token in GITLAB_TOKEN (GitLab)',
  proposal:
    "'contents: write' and 'pull-requests: write' (GitHub), 'Contribute', 'Create branch', 'Contribute to pull requests' and " +
    'SYSTEM_ACCESSTOKEN (Azure DevOps), or a project access token in GITLAB_PROPOSAL_TOKEN (GitLab)',
  deployments: "'actions: read' (GitHub), or SYSTEM_ACCESSTOKEN (Azure DevOps)",
};

/** Engines that were asked about a change. */
const asked = () =>
  new Option(
    '--asked <engines>',
    'the engines that were asked: none, cdk, or pulumi,cdk; the others wait (default: in the run of a pull request the CDK, unless ' +
      'it is of a fork, and Pulumi once there is an answer of it; elsewhere both, if there is any answer)',
  );

const deployedForDrift = () =>
  new Option(
    '--deployed <file>',
    'file that deployed-commit wrote, for drift: what was merged since that commit waits for its deployment, and does not count',
  );

export const deployedCommit = new Command('deployed-commit')
  .summary('Find the commit that was deployed last')
  .description(
    'Finds the commit that this pipeline deployed last, for preview --deployed FILE: by its runs on the deployed branch whose job deployed. It ' +
      `runs in ${PIPELINES}, with a checkout of the folder of --estates with its history, and needs: ${NEEDED.deployments}.`,
  )
  .option(
    '--shown <file>',
    'what an earlier job found, which the approver was shown: fails where something was deployed since then',
  )
  .option('--job <name>', 'name of the job that deploys', DEPLOY_JOB)
  .option('--out <file>', 'file for what was found', 'plan/deployed.json')
  .addOption(estatesOption())
  .addHelpText(
    'after',
    helpTail({
      exit: [
        'written, also where nothing was deployed yet',
        'the commit is not in the history, something was deployed since FILE was shown, or the forge refused',
      ],
    }),
  );

export const ciSettings = estateCommand('ci-settings', 'Print what the steps of a pipeline need to know of each estate')
  .description(
    'Prints, for each estate that a change touches, what the steps of a pipeline need: accounts, Regions, roles, tenants, client ' +
      "ids, environments and Pulumi's backend. All of it is read from the estates, so that a repository needs no variables. A file " +
      'of one estate touches that estate, any other file all of them. In GitHub Actions, Azure Pipelines and GitLab CI it knows ' +
      'by itself what a pull request is compared with, and that a fork and a merge queue get no identity. With --deployment it ' +
      `finds by the runs of the pipeline which estates differ from what was deployed last of them, and needs: ${NEEDED.deployments}, ` +
      "and a checkout with its history. An estate of which that can't be told counts as touched.",
  )
  .addOption(
    new Option(
      '--base <revision>',
      'git revision to compare with (default: the one of the pull request; on a branch none)',
    ),
  )
  .option(
    '--deployment <estate>',
    'on a branch, what is deployed: an estate by its name, touched or not; or touched, the estates that differ from what was ' +
      'deployed last of them (default: all are touched)',
  )
  .addOption(
    new Option(
      '--output <form>',
      'json; github, the outputs of a step; gitlab, a file for the shell; gitlab-child, a pipeline that deploys; azure-devops, ' +
        'variables of the job',
    )
      .choices(['json', 'github', 'gitlab', 'gitlab-child', 'azure-devops'] as const)
      .default('json' as const),
  )
  .option(
    '--out <file>',
    'file to write it to (default: the outputs of the step in GitHub Actions, to which it is added, else the terminal)',
  )
  .addHelpText(
    'after',
    helpTail({
      examples: ['ci-settings --base origin/main', 'ci-settings --deployment touched'],
      exit: ['printed', 'the revision is not there, or a value has a character that it must not have'],
    }),
  );

export const cloudPlan = estateCommand('cloud-plan', 'Ask an engine what it would change in what is deployed')
  .description(
    'Asks an engine what it would change in what is deployed, and writes down what it says: for the comment of a pull request, ' +
      'for a deployment, and for the report of drift. It runs pulumi preview (which saves its plan), or cdk diff, and prints ' +
      'their output. Needs a login to the cloud of the step; the stacks of the CDK are those of npm run synth, in cdk.out.',
  )
  .addOption(
    new Option('--step <step>', 'a stack, or what only drift is looked for in').choices(STEPS).makeOptionMandatory(),
  )
  .addOption(
    new Option(
      '--mode <mode>',
      "plan: what a deployment would change; drift: what somebody changed behind the engine's back, by pulumi preview " +
        '--refresh --expect-no-changes, cdk drift, snapshot --check --access-only (the step snapshot, which both modes have) and doctor ' +
        '--strict (the steps doctor-…, each an area or several, which have only this mode)',
    )
      .choices(['plan', 'drift'] as const)
      .default('plan' as const),
  )
  .option('--out <folder>', 'folder for STEP.outcome.json, and STEP.plan.json of Pulumi', CLOUDS_FOLDER)
  .addOption(deployedForDrift())
  .addHelpText('after', helpTail({ exit: ['asked, whatever the answer', 'the engine failed'] }));

export const applyStack = estateCommand('apply-stack', 'Deploy a stack as it was planned and approved')
  .description(
    'Deploys a stack as cloud-plan planned it and somebody approved it, and fails where it would do anything else: a Pulumi ' +
      'program by its plan, a stack of the CDK from the templates in cdk.out, if it still differs from what is deployed as it did ' +
      'then, with the images that were published before the approval. A stack of policies is deployed in two parts: policies come ' +
      'to accounts before permission sets refer to them, and go after them, with --removals. Needs a login to the cloud of the step.',
  )
  .addOption(new Option('--step <step>', 'the stack').choices(PIPELINE_KINDS).makeOptionMandatory())
  .option(
    '--removals',
    'of a stack of policies, the part that comes after access: take away what no deployed permission set refers to any more',
    false,
  )
  .addOption(clouds())
  .addHelpText('after', helpTail({ exit: ['deployed, or the estate has no such stack', 'not deployed'] }));

export const publishImages = estateCommand(
  'publish-images',
  'Build and publish the images of the hosting before an approval',
)
  .description(
    'Builds the images of the hosting that the registry lacks, publishes them, and writes down the digest of each: it is shown to ' +
      'whoever approves, and apply-stack deploys no other. The images are those of npm run synth, in cdk.out. Needs Docker, and a ' +
      "login to AWS that may take on the CDK's role for publishing images, and no other.",
  )
  .option('--out <folder>', 'folder for images.json', CLOUDS_FOLDER)
  .addHelpText(
    'after',
    helpTail({
      exit: ['published, or the estate has no hosting', 'an image could not be published, or its tag could be moved'],
    }),
  );

export const ciToken = new Command('ci-token')
  .summary('Get a token of a service connection of Azure DevOps')
  .description(
    'Writes a token of a service connection into a file that only its owner reads: AWS lets it take on a role, by ' +
      'AWS_WEB_IDENTITY_TOKEN_FILE. It lasts for minutes. It runs in Azure Pipelines, in a step that names the connection and ' +
      'gets SYSTEM_ACCESSTOKEN.',
  )
  .addOption(new Option('--connection <id>', 'id of the service connection').makeOptionMandatory())
  .addOption(new Option('--out <file>', 'file for the token').makeOptionMandatory())
  .addHelpText('after', helpTail({ exit: ['written', 'Azure DevOps refused'] }));

export const ciComment = estateCommand('ci-comment', 'Write the one comment of a pull request')
  .description(
    'Writes the one comment of a pull request, or replaces its text: errors, who gains and who loses access, what is destroyed, ' +
      'and what the engines say of what is deployed. It leaves the comment alone where the pull request proposes a newer commit ' +
      `by now, or where the comment knows more of the same commit. It runs in ${PIPELINES}, and needs: ${NEEDED.comment}.`,
  )
  .addOption(previewFolder())
  .addOption(clouds())
  .addOption(asked())
  .addOption(deployed())
  .option('--summary', 'write into the summary of the run instead: a pull request from a fork may not comment', false)
  .addHelpText(
    'after',
    helpTail({
      exit: [
        'written, or left alone; at GitLab also where there is no GITLAB_TOKEN to comment with',
        'the forge refused, or, of a deployment (--deployed), the pipeline deploys nothing of the estate',
      ],
    }),
  );

export const gate = estateCommand(
  'gate',
  'Fail where a pull request destroys something, or changes much, without its label',
)
  .description(
    'Fails where a pull request destroys or replaces something and lacks the label allow-destructive, and where it changes more ' +
      'access than pipeline.limits of the estate allows and lacks the label mass-change-approved. No label lets an estate with ' +
      'errors pass, nor a change of which an engine that was asked failed or gave no answer. It also says how many ' +
      `assignments are gained and lost, which a reviewer approves. It runs in ${PIPELINES}, and needs: ${NEEDED.labels}.`,
  )
  .addOption(previewFolder())
  .addOption(clouds())
  .addOption(asked())
  .addHelpText('after', helpTail({ exit: ['may be merged', 'a destructive, large or unknown change, or errors'] }));

export const driftReport = estateCommand('drift-report', 'Open, update or close the report of drift')
  .description(
    'Opens the report of drift, an issue or a work item, or updates the one that is open; closes it when everything was looked ' +
      `at and nothing was found. It runs in ${PIPELINES}, and needs: ${NEEDED.report}.`,
  )
  .addOption(clouds())
  .addOption(deployedForDrift())
  .addHelpText(
    'after',
    helpTail({ exit: ['no drift', 'drift, or it could not be looked for, or the pipeline looks at nothing'] }),
  );

export const proposeSnapshot = estateCommand('propose-snapshot', 'Propose what AWS has now in a pull request')
  .description(
    'Proposes a newer organization.json, with the placement that follows from it, in a pull request that says who gains and ' +
      'loses access in which account. The same content is proposed once; an older proposal is closed. Where the estate has ' +
      'pipeline.mergeAdditions, one that only lets existing grants reach new accounts merges by itself. It runs in ' +
      `${PIPELINES}, and needs: ${NEEDED.proposal}.`,
  )
  .option('--organization <file>', 'what entra-aws snapshot --out wrote', 'plan/organization.json')
  .addHelpText('after', helpTail({ exit: ['proposed, or nothing to propose', 'the forge refused'] }));
