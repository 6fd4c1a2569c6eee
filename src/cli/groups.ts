import { isPacked } from '../package/files';
import {
  deploy,
  handoff,
  importEstate,
  provision,
  reconcile,
  recover,
  revoke,
  rollOut,
  rotateScimToken,
  snapshot,
} from './commands/clouds';
import { bootstrap, signIn } from './commands/entra';
import { architecture, explain, finding, preview, schema, watch, who } from './commands/estate';
import { doctor, drill, preflight, prove, steps } from './commands/examine';
import { build, emulator, reference, start } from './commands/local';
import {
  applyStack,
  ci,
  cloudPlan,
  comment,
  deployedCommit,
  driftReport,
  gate,
  proposeSnapshot,
  publishImages,
  settings,
} from './commands/ci';
import { init, upgrade } from './commands/repository';
import { type Groups, runs } from './program/program';

/** All commands, by the heading under which they are listed. */
export const GROUPS: Groups = {
  'Have a repository': [runs(init, () => import('./init.js')), runs(upgrade, () => import('./upgrade.js'))],
  'Read an estate': [
    runs(preview, () => import('./preview.js')),
    runs(watch, () => import('./watch.js')),
    runs(explain, () => import('./explain.js')),
    runs(finding, () => import('./finding.js')),
    runs(who, () => import('./who.js')),
    runs(architecture, () => import('./architecture.js')),
    runs(schema, () => import('./schema.js')),
  ],
  'Work with the clouds': [
    runs(snapshot, () => import('./snapshot.js')),
    runs(importEstate, () => import('./import.js')),
    runs(preflight, () => import('./preflight.js')),
    runs(bootstrap, () => import('./bootstrap.js')),
    runs(signIn, () => import('./sign-in.js')),
    runs(deploy, () => import('./deploy.js')),
    runs(revoke, () => import('./revoke.js')),
    runs(rollOut, () => import('./roll-out.js')),
    runs(reconcile, () => import('./reconcile.js')),
    runs(recover, () => import('./recover.js')),
    runs(handoff, () => import('./handoff.js')),
    runs(provision, () => import('./provision.js')),
    runs(rotateScimToken, () => import('./rotate-scim-token.js')),
    runs(steps, () => import('./steps.js')),
    runs(doctor, () => import('./doctor.js')),
    runs(drill, () => import('./drill.js')),
    runs(prove, () => import('./prove.js')),
  ],
  'In a pipeline': [
    runs(ci, () => import('./ci/job.js'), [
      runs(settings, () => import('./ci/settings.js')),
      runs(deployedCommit, () => import('./ci/deployed-commit.js')),
      runs(cloudPlan, () => import('./ci/cloud-plan.js')),
      runs(publishImages, () => import('./ci/publish-images.js')),
      runs(applyStack, () => import('./ci/apply-stack.js')),
      runs(comment, () => import('./ci/comment.js')),
      runs(gate, () => import('./ci/gate.js')),
      runs(driftReport, () => import('./ci/drift-report.js')),
      runs(proposeSnapshot, () => import('./ci/propose-snapshot.js')),
    ]),
  ],
  'On this machine': [
    runs(start, () => import('./start.js')),
    runs(emulator, () => import('./emulator.js')),
    // They write what the package brings.
    ...(isPacked ? [] : [runs(build, () => import('./build.js')), runs(reference, () => import('./reference.js'))]),
  ],
};
