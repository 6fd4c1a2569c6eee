import { snapshot } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(snapshot, () => import('./run.js'), { page: 'access-guide.md' });
