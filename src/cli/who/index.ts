import { who } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(who, () => import('./run.js'), { page: 'logs.md' });
