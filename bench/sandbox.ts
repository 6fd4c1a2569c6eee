import { join } from 'node:path';
import { diskFolder } from '../src/estate/load/estate-folder';
import type { Estate } from '../src/estate/sections/estate';
import { planEstate } from '../src/estate/plan/estate-plan';

/** The package's example, as the programs get it. */
export function sandbox(): Estate {
  return planEstate(diskFolder(join(__dirname, '../src/package/project/example/estates'), 'sandbox')).estate;
}
