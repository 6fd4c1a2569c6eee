import { join } from 'node:path';
import { diskFolder } from '../files/estate-folder';
import type { Estate } from '../model/estate';
import { planEstate } from '../model/estate-plan';

/** The sandbox estate, as the programs get it. */
export function sandbox(): Estate {
  return planEstate(diskFolder(join(__dirname, '..', 'estates'), 'sandbox')).estate;
}
