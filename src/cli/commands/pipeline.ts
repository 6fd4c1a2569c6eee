import { Command, Option } from '@commander-js/extra-typings';
import { DEPLOY_JOB } from '../../deploy/forges/job-names';
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
    "'issues: write' (GitHub), 'Edit work items in this node' and SYSTEM_ACCESSTOKEN (Azure DevOps), or a project access token " +
    'in GITLAB_TOKEN (GitLab)',
  deployments: "'actions: read' (GitHub), or SYSTEM_ACCESSTOKEN (Azure DevOps)",
};

export const deployedCommit = new Command('deployed-commit')
  .summary('Find the commit that was deployed last')
  .description(
    'Finds the commit that this pipeline deployed last, for preview --deployed FILE: by its runs on main whose job deployed. It ' +
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
        '--refresh --expect-no-changes, cdk drift, snapshot --check (the step snapshot) and doctor --only access (the step ' +
        'assignments); these two steps have only this mode',
    )
      .choices(['plan', 'drift'] as const)
      .default('plan' as const),
  )
  .option('--out <folder>', 'folder for STEP.outcome.json, and STEP.plan.json of Pulumi', CLOUDS_FOLDER)
  .addHelpText('after', helpTail({ exit: ['asked, whatever the answer', 'the engine failed'] }));

export const ciComment = estateCommand('ci-comment', 'Write the one comment of a pull request')
  .description(
    'Writes the one comment of a pull request, or replaces its text: who gains and who loses access, what is destroyed, and ' +
      `what the engines say of what is deployed. It runs in ${PIPELINES}, and needs: ${NEEDED.comment}.`,
  )
  .addOption(previewFolder())
  .addOption(clouds())
  .option(
    '--asked <engines>',
    'the engines that were asked: none, cdk, or pulumi,cdk; of the others the comment says what they wait for (default: both ' +
      'if the folder of --clouds is there, else none)',
  )
  .addOption(deployed())
  .option('--summary', 'write into the summary of the run instead: a pull request from a fork may not comment', false)
  .addHelpText('after', helpTail({ exit: ['written', 'the forge refused'] }));

export const gate = estateCommand('gate', 'Fail where a pull request destroys something without its label')
  .description(
    'Fails where a pull request destroys or replaces something and lacks the label allow-destructive. It also says how many ' +
      `assignments are gained and lost, which a reviewer approves. It runs in ${PIPELINES}, and needs: ${NEEDED.labels}.`,
  )
  .addOption(previewFolder())
  .addOption(clouds())
  .addHelpText('after', helpTail({ exit: ['may be merged', 'a destructive or unknown change'] }));

export const driftReport = estateCommand('drift-report', 'Open, update or close the report of drift')
  .description(
    'Opens the report of drift, an issue or a work item, or updates the one that is open; closes it when everything was looked ' +
      `at and nothing was found. It runs in ${PIPELINES}, and needs: ${NEEDED.report}.`,
  )
  .addOption(clouds())
  .addHelpText('after', helpTail({ exit: ['no drift', 'drift, or it could not be looked for'] }));
