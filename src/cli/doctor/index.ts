import { doctor, drill } from './options';
import { runs } from '../program/loaded-command';

export const command = runs(doctor, () => import('./run.js'), {
  page: 'doctor.md',
  parts: [runs(drill, () => import('./drill.js'), { page: 'emergency-access.md' })],
});
