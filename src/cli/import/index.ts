import { importEstate } from './options';
import { runs } from '../program/loaded-command';

export const importCommand = runs(importEstate, () => import('./run.js'), { page: 'importing.md' });
