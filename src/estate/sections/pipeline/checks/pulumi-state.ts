import type { Path } from '../../../source/finding';
import type { Estate } from '../../estate';
import { error, type Issues, warning } from '../../shared/issue';
import { previewEnvironment } from '../limits';
import type { PulumiState } from '../pulumi-state';

/** Checks the place of the state: said once, and bucket and key where one stack can make both. */
export function* checkPulumiState(estate: Estate): Issues {
  const { azure, pipeline } = estate;
  if (pipeline === undefined) return;
  const { pulumi, identities } = pipeline;
  if (pulumi === undefined) {
    if (azure !== undefined || Object.keys(identities).length === 0) return;
    yield warning('pulumi-backend', [...pipeline.at, 'identities'], {
      aboutKey: true,
      problem: "are of no use: nothing says where Pulumi's state is, so its programs are not deployed",
      allowed: "the key 'pipeline.pulumi', or a section 'azure', which lays the state",
    });
    return;
  }
  const { at } = pulumi;
  if (azure === undefined) yield* checkPreviewTrust(estate, at);
  else
    yield error('pulumi-backend', at, {
      aboutKey: true,
      problem: 'is a second backend: the section azure lays one',
      allowed: "one of 'pipeline.pulumi' and a section 'azure'",
      related: [['azure', 'pulumiState']],
    });
  yield* checkKey(pulumi);
}

/** One identity reads both. */
function* checkKey({ at, backend, secretsProvider }: PulumiState): Issues {
  const isBeside =
    backend.kind === 's3'
      ? secretsProvider.kind === 'kms' && secretsProvider.region === backend.region
      : secretsProvider.kind === 'azure';
  if (isBeside) return;
  yield error('pulumi-backend', [...at, 'secretsProvider'], {
    value: secretsProvider.url,
    problem: 'is not beside the state, so one identity could not read both',
    allowed: backend.kind === 's3' ? `a key of AWS KMS in ${backend.region}` : 'a key of Azure Key Vault',
    related: [[...at, 'backend']],
  });
}

/** Pull requests must not run in an environment whose jobs deploy. `at` has `previewTrust`. */
export function* checkPreviewTrust(estate: Estate, at: Path): Issues {
  const preview = previewEnvironment(estate);
  const declaring = estate.azure ?? estate.pipeline;
  const index = declaring?.environments?.findIndex((name) => name.toLowerCase() === preview?.toLowerCase()) ?? -1;
  if (declaring === undefined || index < 0) return;
  yield error('preview-deploys', [...at, 'previewTrust'], {
    value: `environment:${preview}`,
    problem: 'lets pull requests into an environment whose jobs deploy',
    allowed: 'an environment of its own, for previews alone',
    related: [[...declaring.at, 'environments', index]],
  });
}
