import { join } from 'node:path';
import { diskFolder } from '../src/estate/load/estate-folder';
import type { Estate } from '../src/estate/sections/estate';
import { planEstate } from '../src/estate/plan/estate-plan';

/** The sandbox estate, as the programs get it. */
export function sandbox(): Estate {
  return planEstate(diskFolder(join(__dirname, '..', 'estates'), 'sandbox')).estate;
}
