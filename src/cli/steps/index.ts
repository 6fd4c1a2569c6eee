import { steps } from './options';
import { runs } from '../program/loaded-command';

export const stepsCommand = runs(steps, () => import('./run.js'));
