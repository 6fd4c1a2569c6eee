import { graph, start } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(start, () => import('./run.js'), {
  page: 'application.md',
  parts: [runs(graph, () => import('./graph.js'), { page: 'emulator.md' })],
});
