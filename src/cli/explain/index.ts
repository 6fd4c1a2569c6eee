import { explain } from './options';
import { runs } from '../program/loaded-command';

export const explainCommand = runs(explain, () => import('./run.js'));
