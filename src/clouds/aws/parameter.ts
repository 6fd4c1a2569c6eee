import { GetParameterCommand, paginateGetParameterHistory, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsCallError, callAws, readPages, required } from './aws-call';
import { awsConfig } from './aws-config';

/** A version of a parameter of SSM. */
export interface ParameterVersion {
  readonly value: string;
  /** From 1 on. */
  readonly version: number;
}

/** Reads a parameter; undefined where there is none. @throws AwsCallError */
export async function readParameter(region: string, name: string): Promise<ParameterVersion | undefined> {
  const call = { action: 'ssm:GetParameter', subject: `the parameter ${name}` };
  try {
    const ssm = new SSMClient(awsConfig(region));
    const { Parameter } = await callAws(call, () => ssm.send(new GetParameterCommand({ Name: name })));
    return {
      value: required(Parameter?.Value, call, 'Value'),
      version: required(Parameter?.Version, call, 'Version'),
    };
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** Writes a parameter that has a version, or none yet (0). @returns whether nobody wrote it meanwhile @throws AwsCallError */
export async function writeParameter(
  region: string,
  name: string,
  { value, version }: ParameterVersion,
): Promise<boolean> {
  const call = { action: 'ssm:PutParameter', subject: `the parameter ${name}`, writes: true };
  const input = { Name: name, Value: value, Type: 'String', Overwrite: version > 0 } as const;
  const ssm = new SSMClient(awsConfig(region));
  const { Version } = await callAws(call, () => ssm.send(new PutParameterCommand(input)));
  return required(Version, call, 'Version') === version + 1;
}

/**
 * The version that a parameter had at a moment; undefined where it had none. SSM keeps the last hundred.
 *
 * @throws AwsCallError, or Error where SSM no longer has the version
 */
export async function parameterAt(region: string, name: string, when: Date): Promise<ParameterVersion | undefined> {
  const call = { action: 'ssm:GetParameterHistory', subject: `the parameter ${name}` };
  const pages = paginateGetParameterHistory({ client: new SSMClient(awsConfig(region)) }, { Name: name });
  const versions = await readPages(call, pages, ({ Parameters }) => Parameters).catch((error: unknown) => {
    if (error instanceof AwsCallError && error.fault.name === 'ParameterNotFound') return [];
    throw error;
  });
  const all = versions
    .map(({ Value, Version, LastModifiedDate }) => ({
      value: required(Value, call, 'Value'),
      version: required(Version, call, 'Version'),
      at: required(LastModifiedDate, call, 'LastModifiedDate'),
    }))
    .toSorted((a, b) => a.version - b.version);
  const found = all.findLast(({ at }) => at <= when);
  const [first] = all;
  if (found !== undefined || first === undefined || first.version === 1) return found;
  throw new Error(
    `the parameter ${name} goes back to ${first.at.toISOString()}: SSM keeps the last ${all.length} versions`,
  );
}
