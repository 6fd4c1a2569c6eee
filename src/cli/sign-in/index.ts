import { bootstrap, signIn } from './options';
import { runs } from '../program/define';

export const command = runs(signIn, () => import('./run.js'), {
  page: 'entra-guide.md',
  parts: [runs(bootstrap, () => import('./bootstrap/run.js'), { page: 'entra-guide.md' })],
});
