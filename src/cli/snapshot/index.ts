import { snapshot } from './options';
import { runs } from '../program/loaded-command';

export const snapshotCommand = runs(snapshot, () => import('./run.js'), { page: 'access-guide.md' });
