import { Argument, Option } from '@commander-js/extra-typings';
import { JOBS } from '../../deploy/ci/jobs';
import { OUTPUTS } from '../../deploy/ci/render-settings';
import { PIPELINES } from '../../deploy/forges/registry';
import { ASSEMBLY, STEPS } from '../../deploy/pipeline/steps';
import { PIPELINE_KINDS } from '../../estate/plan/stacks/stacks';
import { clouds, CLOUDS_FOLDER, deployed, estateCommand, previewFolder, quick } from '../program/define';

/** Page about what the token of a job may do. */
const PERMISSIONS = '`npx --no entra-aws docs forges` has the permissions.';

/** Engines that were asked about a change. */
const asked = () =>
  new Option(
    '--asked <engines>',
    'engines that were asked: none, cdk, or pulumi,cdk (default: for a pull request the CDK, unless it is of a fork, and Pulumi ' +
      'once it answered; elsewhere both, if there is any answer)',
  );

const deployedForDrift = () =>
  new Option('--deployed <file>', 'file that deployed-commit wrote, for drift: what was merged since does not count');

export const ci = estateCommand('ci', {
  summary: 'Run a job of a pipeline',
  description:
    "Runs the steps of a job, which the forge's files name. Each step gets the identity that it declares and no other, by a token " +
    'of the job that is renewed while the job lasts. A step can be run by itself with your own credentials: ci STEP --help. ' +
    `The jobs run in ${PIPELINES}.`,
  examples: ['ci preview', 'ci deploy --explain', 'ci cloud-plan --step access'],
  exit: ['every step succeeded, or there is nothing to do', 'a step failed; each is named at the end'],
})
  .addArgument(new Argument('<job>', 'the job').choices(JOBS.map(({ id }) => id)))
  .option('--explain', 'print the steps of the job, with their identities and conditions, and run none', false);

export const deployedCommit = estateCommand('deployed-commit', {
  summary: 'Find the commit that was deployed last',
  description:
    'Finds the commit that was deployed last, for preview --deployed FILE: in the record of deployments, a parameter of Systems Manager ' +
    '(/entra-aws/NAME/deployed) where the pipeline deploys to AWS, else the history of the updates of the Pulumi stacks. A deployment ' +
    'writes the record when it begins (--shown) and when it has ended well (--done). Needs a checkout with its history, and a login to the ' +
    "account of the record or to Pulumi's state.",
  exit: [
    'written, also where nothing was deployed yet',
    'the commit is not in the history or goes back, something was deployed since FILE was shown, or the record could not be read or written',
  ],
})
  .option(
    '--shown <file>',
    'what an earlier job found, which the approver was shown: fails where something was deployed since then, else writes down that a ' +
      'deployment of this commit begins',
  )
  .option('--forward', 'fail where this commit is older than the one that was deployed last, as --shown does', false)
  .option('--done', 'write down that the deployment of this commit has ended well', false)
  .option('--out <file>', 'file for what was found', 'plan/deployed.json');

export const settings = estateCommand('settings', {
  summary: 'Find the estates and the jobs that a run of the pipeline is for',
  description:
    'Finds the estates that a change touches, and the jobs of each that have something to do, and hands them to the forge ' +
    'in the form that it takes. A file of one estate ' +
    'touches that estate, any other file all of them. It knows by the variables of the run what a pull request is compared ' +
    'with, and that a fork and a merge queue get no identity. With --deployment it finds which estates ' +
    'were changed since they were deployed last: it reads the record of each as ci deployed-commit does, with the role of previews, and ' +
    "needs a checkout with its history. If the record can't be read, the estate counts as touched.",
  examples: ['ci settings --base origin/main', 'ci settings --deployment touched'],
  exit: ['printed', 'the revision is not there, or a name has a character that it must not have'],
})
  .addOption(
    new Option(
      '--base <revision>',
      'git revision to compare with (default: the one of the pull request; on a branch none)',
    ),
  )
  .option(
    '--deployment <estate>',
    'on a branch, what is deployed: an estate by its name, touched or not; or touched, the estates that were changed since ' +
      'they were deployed last (default: all are touched)',
  )
  .addOption(
    new Option(
      '--output <form>',
      'json, or the form of a forge (default: that of the forge whose run this is, else json)',
    ).choices(OUTPUTS),
  )
  .option('--out <file>', 'file to write it to (default: the outputs of the step, or else the terminal)');

export const cloudPlan = estateCommand('cloud-plan', {
  summary: 'Ask an engine what it would change in what is deployed',
  description:
    'Runs pulumi preview (which saves its plan) or cdk diff, and keeps the answer for the comment of a pull request, a ' +
    `deployment, and the report of drift. Needs a login to the cloud of the step; the stacks of the CDK are those in ${ASSEMBLY}.`,
  exit: ['asked, whatever the answer', 'the engine failed, or access differs with --quick'],
})
  .addOption(
    new Option('--step <step>', 'a stack, or what only drift is looked for in').choices(STEPS).makeOptionMandatory(),
  )
  .addOption(
    new Option(
      '--mode <mode>',
      'plan: what a deployment would change; drift: what somebody changed by hand, by pulumi preview --refresh, cdk drift, ' +
        'snapshot --check --access-only (both modes) and doctor --strict (drift alone)',
    )
      .choices(['plan', 'drift'] as const)
      .default('plan' as const),
  )
  .option('--out <folder>', 'folder for STEP.outcome.json, and STEP.plan.json of Pulumi', CLOUDS_FOLDER)
  .addOption(deployedForDrift())
  .addOption(quick());

export const applyStack = estateCommand('apply-stack', {
  summary: 'Deploy a stack as it was planned and approved',
  description:
    'Deploys what somebody approved, and fails where it would do anything else: a Pulumi program by its plan, a stack of the CDK ' +
    `from the templates in ${ASSEMBLY}, if it still differs from what is deployed as it did then, with the images that were ` +
    'published before the approval. Policies come to accounts before permission sets refer to them, and go after them, with ' +
    '--removals. Needs a login to the cloud of the step.',
  exit: ['deployed, or the estate has no such stack', 'not deployed'],
})
  .addOption(new Option('--step <step>', 'the stack').choices(PIPELINE_KINDS).makeOptionMandatory())
  .option('--removals', 'of a stack of policies: remove what no deployed permission set refers to any more', false)
  .addOption(clouds());

export const publishImages = estateCommand('publish-images', {
  summary: 'Build and publish the images of the hosting before an approval',
  description:
    'Publishes the images that the registry lacks, and keeps the digest of each: it is shown to whoever approves, and apply-stack ' +
    `deploys no other. The images are those in ${ASSEMBLY}. Needs Docker, and a login to AWS that may take on the CDK's role for ` +
    'publishing images, and no other.',
  exit: ['published, or the estate has no hosting', 'an image could not be published, or its tag could be moved'],
}).option('--out <folder>', 'folder for images.json', CLOUDS_FOLDER);

export const comment = estateCommand('comment', {
  summary: 'Write the one comment of a pull request',
  description:
    'Writes or replaces the comment: errors, who gains and who loses access, what is destroyed, and what the engines answered. It ' +
    'leaves the comment alone where the pull request has a newer commit, or the comment knows more of the same one. ' +
    PERMISSIONS,
  exit: [
    'written, or left alone; also where the forge gives the job no token to comment with',
    'the forge refused, or, of a deployment (--deployed), the pipeline deploys nothing of the estate',
  ],
})
  .addOption(previewFolder())
  .addOption(clouds())
  .addOption(asked())
  .addOption(deployed())
  .option('--summary', 'write into the summary of the run instead: a pull request from a fork may not comment', false);

export const gate = estateCommand('gate', {
  summary: 'Fail where a pull request destroys something, or changes much, without its label',
  description:
    'Fails where a pull request destroys or replaces something without the label allow-destructive, or changes more access than ' +
    'pipeline.limits allows without the label mass-change-approved. No label lets an estate with errors pass, nor a change of ' +
    'which an engine that was asked failed or gave no answer. It also prints how many assignments are gained and lost. ' +
    PERMISSIONS,
  exit: ['may be merged', 'a destructive, large or unknown change, or errors'],
})
  .addOption(previewFolder())
  .addOption(clouds())
  .addOption(asked());

export const driftReport = estateCommand('drift-report', {
  summary: 'Open, update or close the report of drift',
  description: `Opens or updates the report, an issue or a work item; closes it once all checks ran and found nothing. ${PERMISSIONS}`,
  exit: ['no drift', 'drift, or it could not be looked for, or the pipeline looks at nothing'],
})
  .addOption(clouds())
  .addOption(deployedForDrift());

export const proposeSnapshot = estateCommand('propose-snapshot', {
  summary: 'Propose what AWS has now in a pull request',
  description:
    'Proposes a newer organization.json, aws-policies.json and aws-roles.json, with the placement that follows, and who gains and loses access where. The same ' +
    'content is proposed once; an older proposal is closed. With pipeline.mergeAdditions, one that only lets existing grants ' +
    `reach new accounts merges by itself. ${PERMISSIONS}`,
  exit: ['proposed, or nothing to propose', 'the forge refused'],
}).option('--organization <file>', 'what entra-aws snapshot --out wrote', 'plan/organization.json');

export const writePlacement = estateCommand('write-placement', {
  summary: 'Commit the placement file to the branch of a pull request',
  description:
    'Reads the estate at the commit of a pull request from this repository, and pushes one commit to its branch with the ' +
    'placement.lock.json that follows, unless the branch has moved on. It runs with the code of the deployed branch, and reads ' +
    `the pull request as data. ${PERMISSIONS}`,
  exit: [
    'committed, or nothing to do: the estate has errors, or the branch has moved on',
    'the pull request is of a fork, or its branch is the deployed one; a commit of this job has led to another difference; or the forge refused',
  ],
});

export const evidence = estateCommand('evidence', {
  summary: 'Keep a record of a deployment',
  description:
    'Keeps what was approved, by whom, and how each step ended, in the bucket of pipeline.evidence, which deletes nothing before its ' +
    "time. What the forge does not say is kept as unknown, with the reason. Needs a login to the bucket's account. " +
    'deploy evidence lists the records. ' +
    PERMISSIONS,
  exit: ['kept, or the estate keeps no records', 'not kept: what was deployed stays deployed'],
})
  .addOption(previewFolder())
  .addOption(clouds())
  .addOption(deployed());
