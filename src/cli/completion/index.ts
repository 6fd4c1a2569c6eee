import { runs } from '../program/loaded-command';
import { completion } from './options';

export const command = runs(completion, () => import('./run.js'));
