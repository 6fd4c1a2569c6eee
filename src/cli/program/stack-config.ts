import { parseDocument } from 'yaml';
import { readIfThere } from '../../estate/load/estate-folder';
import type { StackConfig } from '../../preview/engine/run-program';

/**
 * The config of a stack that a preview needs, from `Pulumi.<stack>.yaml` in the working directory; anything else, such as a token, never
 * leaves the file. Empty where there is no such file. A file that can't be read as YAML counts as empty: Pulumi itself says what is wrong
 * with it, and what is missing here is a finding.
 */
export function readStackConfig(stack: string): StackConfig {
  const document = parseDocument(readIfThere(`Pulumi.${stack}.yaml`) ?? '');
  const tenantId = document.errors.length > 0 ? undefined : document.getIn(['config', 'azuread:tenantId']);
  // An encrypted value is a map, not a text.
  return typeof tenantId === 'string' ? { tenantId } : {};
}
