import { steps } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(steps, () => import('./run.js'));
