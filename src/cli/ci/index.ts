import {
  applyStack,
  ci,
  cloudPlan,
  comment,
  deployedCommit,
  driftReport,
  evidence,
  gate,
  proposeSnapshot,
  publishImages,
  settings,
  writePlacement,
} from './options';
import { runs } from '../program/define';

export const command = runs(ci, () => import('./job.js'), {
  page: 'pipeline.md',
  parts: [
    runs(settings, () => import('./settings.js')),
    runs(deployedCommit, () => import('./deployed-commit.js')),
    runs(cloudPlan, () => import('./cloud-plan.js')),
    runs(publishImages, () => import('./publish-images.js')),
    runs(applyStack, () => import('./apply-stack.js')),
    runs(comment, () => import('./comment.js')),
    runs(gate, () => import('./gate.js')),
    runs(driftReport, () => import('./drift-report.js')),
    runs(evidence, () => import('./evidence.js')),
    runs(proposeSnapshot, () => import('./propose-snapshot.js')),
    runs(writePlacement, () => import('./write-placement.js')),
  ],
});
