import { runs } from '../program/loaded-command';
import { completion } from './options';

export const completionCommand = runs(completion, () => import('./run.js'));
