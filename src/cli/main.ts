import { importEstate, deploy, handoff, rotateScimToken, snapshot } from './commands/clouds';
import { architecture, explain, preview, schema, watch, who } from './commands/estate';
import { doctor, drill } from './commands/examine';
import { build, emulator, reference, start } from './commands/local';
import { isPacked } from '../package/files';
import { init, upgrade } from './commands/repository';
import { ciComment, cloudPlan, deployedCommit, driftReport, gate } from './commands/pipeline';
import { runProgram } from './program/cli';
import { useProxy } from './program/proxy';
import { type Groups, runArguments, runs } from './program/program';

const GROUPS: Groups = {
  'Have a repository': [runs(init, () => import('./init.js')), runs(upgrade, () => import('./upgrade.js'))],
  'Read an estate': [
    runs(preview, () => import('./preview.js')),
    runs(watch, () => import('./watch.js')),
    runs(explain, () => import('./explain.js')),
    runs(who, () => import('./who.js')),
    runs(architecture, () => import('./architecture.js')),
    runs(schema, () => import('./schema.js')),
  ],
  'Work with the clouds': [
    runs(snapshot, () => import('./snapshot.js')),
    runs(importEstate, () => import('./import.js')),
    runs(deploy, () => import('./deploy.js')),
    runs(handoff, () => import('./handoff.js')),
    runs(rotateScimToken, () => import('./rotate-scim-token.js')),
    runs(doctor, () => import('./doctor.js')),
    runs(drill, () => import('./drill.js')),
  ],
  'In a pipeline': [
    runs(deployedCommit, () => import('./deployed-commit.js')),
    runs(cloudPlan, () => import('./cloud-plan.js')),
    runs(ciComment, () => import('./ci-comment.js')),
    runs(gate, () => import('./gate.js')),
    runs(driftReport, () => import('./drift-report.js')),
  ],
  'On this machine': [
    runs(start, () => import('./start.js')),
    runs(emulator, () => import('./emulator.js')),
    // They write what the package brings.
    ...(isPacked ? [] : [runs(build, () => import('./build.js')), runs(reference, () => import('./reference.js'))]),
  ],
};

void runProgram(async (argv) => {
  useProxy(process.env);
  return await runArguments(GROUPS, argv);
});
