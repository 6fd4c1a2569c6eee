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
    if (isFault(error, 'ParameterNotFound')) return undefined;
    throw error;
  }
}

/** A parameter that was written. */
interface Written {
  /** The version now. */
  readonly version: number;
  /** Text that somebody else wrote meanwhile, whose place this one took, if there was one before. */
  readonly other?: string;
}

/** Writes a parameter that has a version, or none yet (0). @throws AwsCallError */
export async function writeParameter(
  region: string,
  name: string,
  { value, version }: ParameterVersion,
): Promise<Written> {
  const call = { action: 'ssm:PutParameter', subject: `the parameter ${name}`, writes: true };
  const input = { Name: name, Value: value, Type: 'String', Overwrite: version > 0 } as const;
  const ssm = new SSMClient(awsConfig(region));
  try {
    const { Version } = await callAws(call, () => ssm.send(new PutParameterCommand(input)));
    const written = required(Version, call, 'Version');
    for (let between = written - 1; between > version; between--) {
      const found = await readParameter(region, `${name}:${between}`);
      // A call whose answer was lost is sent again, and makes another version of the same.
      if (found !== undefined && found.value !== value) return { version: written, other: found.value };
    }
    return { version: written };
  } catch (error) {
    if (!isFault(error, 'ParameterAlreadyExists')) throw error;
    const found = await readParameter(region, name);
    if (found === undefined) throw error;
    return { version: found.version, ...(found.value !== value && { other: found.value }) };
  }
}

const isFault = (error: unknown, name: string): boolean => error instanceof AwsCallError && error.fault.name === name;

/** A version of a parameter, and since when it is. */
interface DatedVersion extends ParameterVersion {
  readonly at: Date;
}

/** The versions of a parameter, the oldest first: the last hundred, which SSM keeps; none where it is not there. @throws AwsCallError */
export async function parameterVersions(region: string, name: string): Promise<readonly DatedVersion[]> {
  const call = { action: 'ssm:GetParameterHistory', subject: `the parameter ${name}` };
  const pages = paginateGetParameterHistory({ client: new SSMClient(awsConfig(region)) }, { Name: name });
  const versions = await readPages(call, pages, ({ Parameters }) => Parameters).catch((error: unknown) => {
    if (isFault(error, 'ParameterNotFound')) return [];
    throw error;
  });
  return versions
    .map(({ Value, Version, LastModifiedDate }) => ({
      value: required(Value, call, 'Value'),
      version: required(Version, call, 'Version'),
      at: required(LastModifiedDate, call, 'LastModifiedDate'),
    }))
    .toSorted((a, b) => a.version - b.version);
}

/** The version that a parameter had at a moment; undefined where it had none, or SSM lacks it. @throws AwsCallError */
export async function parameterAt(region: string, name: string, when: Date): Promise<ParameterVersion | undefined> {
  return (await parameterVersions(region, name)).findLast(({ at }) => at <= when);
}
