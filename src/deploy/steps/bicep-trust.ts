import type { Estate } from '../../estate/sections/estate';
import { federatedCredentials } from '../../estate/sections/pipeline/federated-credentials';
import type { Truster } from '../../estate/sections/pipeline/role-trust';
import { isPlainGitHub, pipelineTrust } from '../../estate/sections/pipeline/trust';

/** Directory whose identities Bicep lays. */
type Directory = Exclude<Truster, 'aws'>;

/**
 * Words of a deployment's command that hand over whom its identities trust; none where Bicep knows the subjects by itself, or the
 * estate does not say enough yet, and nothing is trusted.
 */
export function trustParameters(estate: Estate, directory: Directory): readonly string[] {
  const trust = pipelineTrust(estate);
  const roles = trust?.[directory];
  if (trust === undefined || roles === undefined || isPlainGitHub(estate)) return [];
  return ['--parameters', `trust=${JSON.stringify(federatedCredentials(trust.forge, roles))}`];
}
