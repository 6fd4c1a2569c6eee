import { preview } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(preview, () => import('./run.js'), { page: 'preview.md' });
