import { join } from 'node:path';
import { listEstates } from '../../estate/load/estate-folder';
import { checkEstateName } from '../../estate/sections/estate-name';
import { DEFAULT_ESTATES_FOLDER, ESTATE_FILE } from '../../estate/source/estate-folder';
import { showValue } from '../../estate/source/finding';
import { visible } from '../../estate/source/visible';

/** Sentence on why an estate can't be made by a name; undefined where it can. */
export function nameFault(name: string): string | undefined {
  const [fault] = checkEstateName({ name });
  if (fault !== undefined) {
    const near = nearestName(name);
    const advice = near === undefined ? '' : `; did you mean '${near}'?`;
    return `The name of an estate must be ${fault.allowed ?? ''}, got ${showValue(name)}${advice}`;
  }
  if (!listEstates(DEFAULT_ESTATES_FOLDER).includes(name)) return undefined;
  const file = visible(join(DEFAULT_ESTATES_FOLDER, name, ESTATE_FILE));
  return `${file} exists: give another name for another estate; npx --no entra-aws upgrade writes the managed files again.`;
}

/** The same name with hyphens for what it may not have, if that makes one. */
function nearestName(name: string): string | undefined {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 110);
  return plain !== '' && checkEstateName({ name: plain }).length === 0 ? plain : undefined;
}
