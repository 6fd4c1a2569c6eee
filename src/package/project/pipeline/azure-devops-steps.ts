import type { Condition, Job, Role, RunStep, Step } from './model';
import { awsLines, awsVariable, identityPrefix, PULUMI_LINES, upper } from './shell-steps';
import { NODE_VERSION } from './versions';

/** A part of a pipeline, as YAML says it. Undefined values are left out. */
export type Part = Readonly<Record<string, unknown>>;

export const ESTATE = '${{ parameters.estate }}';

const WORKSPACE = '$(System.DefaultWorkingDirectory)';
/** Variables of the engine, where a step runs it. */
const ENGINE = PULUMI_LINES[1] ?? '';
/** The token of the job, which steps get only where they name it. */
const TOKEN = { SYSTEM_ACCESSTOKEN: '$(System.AccessToken)' };

/**
 * The repository, its packages, and the settings of the estate as variables of the job.
 *
 * @param deployment the option by which they ask the forge what was deployed last, and so take the token of the job
 */
export function installSteps(deployment = ''): readonly Part[] {
  return [
    { checkout: 'self', fetchDepth: 0, persistCredentials: 'false' },
    { task: 'NodeTool@0', displayName: 'Node', inputs: { versionSpec: `${NODE_VERSION}.x` } },
    { bash: 'npm ci --no-audit --no-fund', displayName: 'Install' },
    {
      bash: `npx --no-install entra-aws ci-settings --estate "$ESTATE" --output azure-devops${deployment}`,
      name: 'settings',
      displayName: 'Settings of the estate',
      env: deployment === '' ? undefined : TOKEN,
    },
  ];
}

/** A step as Azure Pipelines runs it, within its job: after a sign-in, each command line signs in by itself. */
export function azureSteps(step: Step, job: Job): readonly Part[] {
  const condition = conditionOf(step, job);
  switch (step.kind) {
    case 'run':
      return runParts(step, job, condition);
    // Tokens last for minutes: the steps that follow ask for one each.
    case 'aws':
      return [];
    case 'pulumi':
      return [
        { bash: lines(PULUMI_LINES[0] ?? ''), displayName: 'Pulumi', condition },
        // The directory of the customers lets a job use its connection that names it.
        withConnection({
          ...azureCli('customers', step.role, ['true']),
          displayName: 'Sign in to the directory of the customers',
          condition,
        }),
      ];
    case 'take':
      return step.artifacts.map(({ name }) => ({
        task: 'DownloadPipelineArtifact@2',
        displayName: `Take ${name}`,
        condition,
        // Of several, one may not have been made.
        continueOnError: step.artifacts.length > 1 ? true : undefined,
        inputs: { artifactName: `${name}-${ESTATE}`, targetPath: `${WORKSPACE}/${step.into}` },
      }));
    case 'leave': {
      const { name, path, except } = step.artifact;
      return [
        ...(except === undefined ? [] : [{ bash: `rm -f ${except}`, displayName: `Leave ${except} out`, condition }]),
        { publish: `${WORKSPACE}/${path}`, artifact: `${name}-${ESTATE}`, displayName: `Leave ${name}`, condition },
      ];
    }
  }
}

function conditionOf({ always, when }: Pick<Step, 'always' | 'when'>, job: Job): string {
  const flags = [...new Set<Condition>([job.when ?? 'TOUCHED', ...(when === undefined ? [] : [when])])];
  return [...flags.map(flagText)].reduce(and, always ? 'not(canceled())' : 'succeeded()');
}

function flagText(flag: Condition): string {
  return flag.startsWith('!') ? `ne(variables['${flag.slice(1)}'], 'true')` : `eq(variables['${flag}'], 'true')`;
}

function and(condition: string, more: string): string {
  return `and(${condition}, ${more})`;
}

/** Lines of a script that stops where one of them fails. */
function lines(...all: readonly string[]): string {
  return all.length === 1 && all[0] !== undefined ? all[0] : `set -euo pipefail\n${all.join('\n')}\n`;
}

function runParts(step: RunStep, job: Job, condition: string): readonly Part[] {
  const { name, run, identity, asksForge, readsState } = step;
  const aws = signedInBefore(step, job);
  const displayName = name ?? run.replace('npx --no-install ', '').replaceAll(/ --estate "\$ESTATE"|"/g, '');
  const told = { displayName, condition };
  if (identity !== undefined) return identityParts({ run, identity, aws, told });
  if (aws === undefined) return [{ bash: run, displayName, env: asksForge ? TOKEN : undefined, condition }];
  const script = [...signInLines(aws), run];
  const part = readsState ? azureCli('workforce', aws.role, [ENGINE, ...script]) : awsShell(aws, script);
  return [withConnection({ ...part, ...told })];
}

interface IdentityStep extends Pick<RunStep, 'run'>, Required<Pick<RunStep, 'identity'>> {
  readonly aws: AwsStep | undefined;
  readonly told: Part;
}

/** A step that signs in to a directory, and to AWS too where it comes after a sign-in there: an estate may have but one of both. */
function identityParts({ run, identity, aws, told }: IdentityStep): readonly Part[] {
  const { program, role } = identity;
  const own = `export ARM_OIDC_AZURE_SERVICE_CONNECTION_ID="$${program.toUpperCase()}_${upper(role)}_CONNECTION_ID"`;
  const signIn = aws === undefined ? [] : signInLines(aws);
  const ifAny = aws === undefined ? [] : [`if [ -n "\${${roleVariable(aws)}:-}" ]; then`, ...signIn, 'fi'];
  const script = [ENGINE, own, ...ifAny, `${identityPrefix(identity)} ${run}`];
  const part = withConnection({ ...azureCli('workforce', role, script), ...told });
  if (aws === undefined) return [part];
  const alone = withConnection({ ...awsShell(aws, [...signIn, run]), ...told });
  return [part, { [`\${{ if eq(${parameterName('workforce', role)}, '') }}`]: [alone] }];
}

function roleVariable({ account, role }: AwsStep): string {
  return awsVariable(account, `${upper(role)}_ROLE`);
}

type AwsStep = Extract<Step, { kind: 'aws' }>;

/** The last sign-in to AWS before a step. */
function signedInBefore(step: Step, { steps }: Job): AwsStep | undefined {
  return steps.slice(0, steps.indexOf(step)).findLast((one): one is AwsStep => one.kind === 'aws');
}

/** Runs a script with a login to Azure, and lets it use the connection. */
function azureCli(truster: 'workforce' | 'customers', role: Role, script: readonly string[]): Part {
  return {
    task: 'AzureCLI@2',
    inputs: {
      azureSubscription: parameter(truster, role),
      scriptType: 'bash',
      scriptLocation: 'inlineScript',
      addSpnToEnvironment: true,
      visibleAzLogin: false,
      inlineScript: lines(...script),
    },
    env: TOKEN,
  };
}

/** Runs a script that may use the connection to AWS. */
function awsShell({ account, role }: AwsStep, script: readonly string[]): Part {
  return {
    task: 'AWSShellScript@1',
    inputs: {
      awsCredentials: parameter('aws', role),
      regionName: `$(AWS_${account.toUpperCase()}_REGION)`,
      scriptType: 'inline',
      inlineScript: lines(...script),
    },
    env: TOKEN,
  };
}

/** Takes on a role of the estate by a token of the connection: one connection serves every account. */
function signInLines(step: AwsStep): readonly string[] {
  return [
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    ...awsLines(step),
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$AGENT_TEMPDIRECTORY/aws-token" AWS_ROLE_SESSION_NAME="azure-$BUILD_BUILDID"',
    `npx --no-install entra-aws ci-token --connection "$AWS_${step.role.toUpperCase()}_CONNECTION_ID" --out "$AWS_WEB_IDENTITY_TOKEN_FILE"`,
  ];
}

function parameter(truster: string, role: Role): string {
  return `\${{ ${parameterName(truster, role)} }}`;
}

function parameterName(truster: string, role: Role): string {
  return `parameters.${truster}${capital(role)}`;
}

function capital(role: Role): string {
  return `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
}

/** Leaves a step out where the estate names no connection for it: one that is not there makes the file invalid. */
function withConnection(part: Part): Part {
  const inputs: unknown = part['inputs'];
  const named = /\$\{\{ (parameters\.(?:aws|workforce|customers)\w+) \}\}/.exec(JSON.stringify(inputs ?? {}))?.[1];
  return named === undefined ? part : { [`\${{ if ne(${named}, '') }}`]: [part] };
}
