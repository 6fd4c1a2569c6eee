import { type Days, listRecords, type RecordBucket, type StoredRecord } from '../../clouds/aws/evidence-bucket';
import { parameterVersions } from '../../clouds/aws/parameter';
import { deployedParameter } from '../../estate/sections/pipeline/limits';
import { type Deployment, named } from './deployed-base';
import { parseRecord } from './deployment-record';
import { GatheredRecord, unpacked } from './evidence';

/** Records of deployments of some days, and what is wrong with them. */
export interface GatheredEvidence extends Days {
  readonly estate: string;
  readonly bucket: string;
  readonly records: readonly GatheredRecord[];
  /** Records that were changed, replaced or deleted, or can't be read, and deployments without one, in words. */
  readonly faults: readonly string[];
  /** First day of which the deployments without a record are known; absent where those of all days are. */
  readonly gapsKnownFrom?: string;
}

/** Reads records, checks their digests, and finds deployments that have none. @throws AwsCallError */
export async function gatherEvidence(estate: string, home: RecordBucket, days: Days): Promise<GatheredEvidence> {
  const stored = await listRecords(home, days);
  const read: Awaited<ReturnType<typeof readOne>>[] = [];
  for (const one of stored) read.push(await readOne(one));
  const records = read.flatMap(({ record }) => record ?? []);
  const { begun, knownFrom } = await deploymentsIn(estate, home, days);
  const isKept = ({ commit, url }: Deployment): boolean =>
    records.some((record) => record.commit === commit && record.run === url);
  const gaps = begun.filter((one) => !isKept(one));
  return {
    ...{ estate, bucket: home.bucket, ...days, records },
    faults: [
      ...read.flatMap(({ faults }) => faults),
      ...gaps.map(
        (one) =>
          `the deployment of ${named(one)} has no record: it is still running, was killed, or could not write one`,
      ),
    ],
    ...(knownFrom !== undefined && { gapsKnownFrom: knownFrom }),
  };
}

async function readOne(
  stored: StoredRecord,
): Promise<{ readonly record?: GatheredRecord; readonly faults: readonly string[] }> {
  const { key, isReplaced } = stored;
  const faults = isReplaced ? [`${key} was replaced or deleted later; the first version is listed`] : [];
  try {
    const { plan, steps, ...record } = unpacked({ key, body: await stored.read() });
    const failed = steps.filter(({ result }) => result === 'failed').map(({ step }) => step);
    return { record: GatheredRecord.parse({ key, ...record, plan: plan.sha256, failed }), faults };
  } catch (error) {
    return {
      faults: [...faults, `${key} can't be trusted or read: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
}

/** Deployments that began in some days, as the record of what was deployed has them. SSM keeps its last hundred versions. */
async function deploymentsIn(estate: string, { region }: RecordBucket, { from, to }: Days) {
  const name = deployedParameter(estate);
  const versions = (await parameterVersions(region, name)).map(({ value, version, at }) => {
    const { last, unfinished } = parseRecord(name, value);
    return { version, day: at.toISOString().slice(0, 10), deployments: [...(last ? [last] : []), ...unfinished] };
  });
  const [oldest] = versions;
  const textOf = (one: Deployment): string => JSON.stringify(one);
  // What the version before has began earlier.
  const begun = versions.flatMap(({ day, deployments }, index) => {
    const known = new Set(versions[index - 1]?.deployments.map(textOf));
    const isFirst = index === 0 && oldest?.version !== 1;
    return isFirst || day < from || day > to ? [] : deployments.filter((one) => !known.has(textOf(one)));
  });
  const knownFrom = oldest !== undefined && oldest.version > 1 && oldest.day >= from ? oldest.day : undefined;
  return { begun, knownFrom };
}
