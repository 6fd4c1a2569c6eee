import { importEstate } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(importEstate, () => import('./run.js'), { page: 'importing.md' });
