import { EstateFile } from '../../src/estate/sections/estate-schema';
import { withPositions } from '../../src/estate/source/located';

/** The content of an estate file as it is written, for a test to change in place. */
export function estateFile(value: unknown): EstateFile {
  EstateFile.parse(withPositions(value));
  return value as EstateFile;
}
