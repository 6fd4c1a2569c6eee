import { explain } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(explain, () => import('./run.js'));
