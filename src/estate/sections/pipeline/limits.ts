import { z } from 'zod';
import { ClientId } from '../../source/ids';
import { GUID, PREVIEW_TRUST } from '../limits';
import { inAnyCase } from '../shared/issue';
import { holding, matching, Name, once, some } from '../shared/rules';

/** URL of a server by its name, with a port and a path where it has them, and no slash at the end. */
export const SERVER =
  /^https:\/\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?(?:\/[A-Za-z0-9._-]+)*$/;
/** Whatever a forge could call a repository, for editors: the forge is said elsewhere in the file. */
export const ANY_REPOSITORY = /^[A-Za-z0-9_][A-Za-z0-9 ._@-]*(?:\/[A-Za-z0-9_.][A-Za-z0-9 ._@-]*)+$/;

/** The branch that is deployed, unless the estate names another. */
export const DEFAULT_BRANCH = 'main';
/** A branch, of git's names those that mean nothing to a shell, to an expression of a forge or in a subject. */
export const BRANCH = /^(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)))[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9_-])?$/;

/** A secret of a forge by its name, which is also one of a variable of a shell. */
export const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,99}$/;
/** Variable with the token of a private registry, in `.npmrc`, and of the forge unless the estate names another. */
export const NPM_TOKEN = 'NPM_TOKEN';

/** A secret by its ARN; Secrets Manager adds a hyphen and six characters to its name. */
export const TOKEN_SECRET =
  /^arn:aws:secretsmanager:(?<region>[a-z0-9-]+):(?<account>\d{12}):secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/;

/** Region that AWS Organizations sends its events to (AWS Organizations User Guide, 'Amazon EventBridge'). */
export const ORGANIZATION_EVENTS_REGION = 'us-east-1';

/** Address of a forge's own server: `https://git.example.com`. */
export const Server = z.string().regex(SERVER).brand<'Server'>();
export type Server = z.output<typeof Server>;

/** Name of a branch that is deployed: `main`. */
export const Branch = z.string().regex(BRANCH).brand<'Branch'>();
export type Branch = z.output<typeof Branch>;

/** Address of a private registry of npm: `https://npm.example.com/api`. */
export const RegistryAddress = z.string().regex(SERVER).brand<'RegistryAddress'>();

/** Name of a secret or a variable of a forge: `NPM_TOKEN`. */
export const SecretName = z.string().regex(SECRET_NAME).brand<'SecretName'>();

/** The client id of an identity of the pipeline; undefined unless the text is a GUID. */
export function parseClientId(text: string): ClientId | undefined {
  return GUID.test(text) ? ClientId.parse(text.toLowerCase()) : undefined;
}

/** Word that asks for the estates that differ from what was deployed last, where one could be asked for by its name. */
export const TOUCHED = 'touched';

/** Name in SSM of the record of what was deployed: `/entra-aws/sandbox/deployed`. SSM takes no name that begins with aws or ssm. */
export const deployedParameter = (estate: string): string => `/entra-aws/${estate}/deployed`;

/** An environment of a forge, without the characters that the subject of a token has encoded. */
const ENVIRONMENT = /^[A-Za-z0-9_-]{1,100}$/;

const Environment = Name.meta(
  matching('environment-name', ENVIRONMENT, {
    problem: 'is not an environment name that clouds can trust',
    allowed: 'at most 100 letters, digits, - and _',
  }),
);

/** Environments whose jobs may deploy. */
export const Environments = z
  .array(Environment)
  .meta(
    some('no-environment', { problem: 'nothing may deploy', allowed: 'at least one environment of the repository' }),
  )
  .meta(once('duplicate-environment', { keyOf: inAnyCase, allowed: 'each environment once, in whatever case' }));

/** Runs of a pull request that may ask Pulumi. */
export const PreviewTrust = Name.meta({
  description:
    'Runs of a pull request that may ask Pulumi what it changes, which decrypts the secrets of its state: those in an environment with required reviewers, or `pull_request`, which lets whoever can push a branch decrypt them.',
  ...matching('preview-trust', PREVIEW_TRUST.pattern, {
    problem: 'does not name the runs that may ask Pulumi',
    allowed: "'environment:NAME' with at most 100 letters, digits, - and _, or 'pull_request'",
  }),
})
  .meta(
    holding('preview-without-review', (trust) => trust !== 'pull_request', {
      problem: "lets whoever can push a branch decrypt the secrets of Pulumi's state",
      allowed: `'${PREVIEW_TRUST.default}'`,
      severity: 'warning',
    }),
  )
  .default(PREVIEW_TRUST.default);

interface Trusting {
  readonly previewTrust: string;
}

/** An estate as far as it says which pull requests may ask Pulumi: beside the place of its state. */
interface OfPreviews {
  readonly azure?: Trusting | undefined;
  readonly pipeline?: { readonly pulumi?: Trusting | undefined } | undefined;
}

interface Deploying {
  readonly environments?: readonly string[] | undefined;
}

/** The environment of the forge whose approval a deployment waits for; undefined where the estate names none. */
export function deployEnvironment({
  azure,
  pipeline,
}: {
  readonly azure?: Deploying | undefined;
  readonly pipeline?: Deploying | undefined;
}): string | undefined {
  return (azure ?? pipeline)?.environments?.[0];
}

/** The environment in which a pull request asks Pulumi; undefined where none does, or every pull request may, without an approval. */
export function previewEnvironment({ azure, pipeline }: OfPreviews): string | undefined {
  return /^environment:(.+)$/.exec((azure ?? pipeline?.pulumi)?.previewTrust ?? '')?.[1];
}
