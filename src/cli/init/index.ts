import { init } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(init, () => import('./run.js'), { page: 'own-repository.md' });
