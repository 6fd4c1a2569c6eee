import { upgrade } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(upgrade, () => import('./run.js'), { page: 'upgrading.md' });
