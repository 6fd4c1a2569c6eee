import { who } from './options';
import { runs } from '../program/loaded-command';

export const whoCommand = runs(who, () => import('./run.js'), { page: 'logs.md' });
