import { type Days, listRecords, type StoredRecord } from '../../clouds/aws/evidence-bucket';
import { parameterVersions } from '../../clouds/aws/parameter';
import { daysLater } from '../../estate/sections/durations';
import { deployedParameter } from '../../estate/sections/pipeline/limits';
import type { EvidenceHome } from '../../estate/sections/pipeline/pipeline';
import { type Deployment, named } from './deployed-base';
import { parseRecord } from './deployment-record';
import { GatheredRecord, MAX_BYTES, unpacked } from './evidence';

/** Records of deployments of some days, and what is wrong with them. */
export interface GatheredEvidence extends Days {
  readonly estate: string;
  readonly bucket: string;
  readonly records: readonly GatheredRecord[];
  /** Records that were changed, replaced or deleted, or can't be read, and deployments without one, in words. */
  readonly faults: readonly string[];
  /**
   * First day of which the deployments without a record are known; absent where those of all days are. The parameter of what was
   * deployed has nothing older, as it keeps a hundred versions and may have been deleted, or the bucket has not.
   */
  readonly gapsKnownFrom?: string;
}

/** What is asked for. */
interface Wanted {
  readonly estate: string;
  readonly home: EvidenceHome;
  readonly days: Days;
  readonly now: Date;
}

/** Days after the last one of which records are read: a deployment that began on it may have ended by then. */
const LATER_DAYS = 2;

/** Reads records, checks their digests, and finds deployments that have none. @throws AwsCallError */
export async function gatherEvidence(wanted: Wanted): Promise<GatheredEvidence> {
  const { estate, home, days } = wanted;
  const { from, to } = days;
  // A day has four digits of its year.
  const stored = await listRecords(home, { from, to: to < '9999' ? daysLater(to, LATER_DAYS) : to });
  const read: (ReadRecord & { readonly key: string })[] = [];
  for (const one of stored) read.push({ key: one.key, ...(await readOne(one, estate)) });
  const shown = read.filter(({ key }) => key.slice(0, to.length) <= to);
  const { begun, faults, knownFrom } = await deploymentsIn(wanted);
  const isKept = ({ commit, url }: Deployment): boolean =>
    read.some(({ record }) => record?.commit === commit && record.run === url);
  const gaps = begun.filter((one) => !isKept(one));
  return {
    ...{ estate, bucket: home.bucket, ...days, records: shown.flatMap(({ record }) => record ?? []) },
    faults: [
      ...shown.flatMap((one) => one.faults),
      ...gaps.map(
        (one) =>
          `the deployment of ${named(one)} has no record: it is still running, was killed, or could not write one`,
      ),
      ...faults,
    ],
    ...(knownFrom > from && { gapsKnownFrom: knownFrom }),
  };
}

interface ReadRecord {
  readonly record?: GatheredRecord;
  readonly faults: readonly string[];
}

async function readOne({ key, isReplaced, first }: StoredRecord, estate: string): Promise<ReadRecord> {
  const faults = isReplaced ? [`${key} was replaced or deleted later; the first version is listed`] : [];
  if (first === undefined) return { faults: [`${key} was deleted, with every version of it`] };
  try {
    if (first.bytes > MAX_BYTES) throw new Error(`it has ${first.bytes} bytes, of which at most ${MAX_BYTES} are read`);
    const { plan, steps, ...record } = unpacked({ key, body: await first.read() });
    if (record.estate !== estate) throw new Error(`it is of the estate '${record.estate}'`);
    const failed = steps.filter(({ result }) => result === 'failed').map(({ step }) => step);
    return {
      record: GatheredRecord.parse({ key, ...record, plan: plan.sha256, failed }),
      faults: [...faults, ...lateness(record, first.at).map((fault) => `${key} ${fault}`)],
    };
  } catch (error) {
    return {
      faults: [...faults, `${key} can't be trusted or read: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
}

/** A record is put as soon as the forge has been asked. */
const MOST_LATENESS_MS = 3_600_000;

function lateness({ ended }: Pick<GatheredRecord, 'ended'>, at: Date): readonly string[] {
  const isPrompt = Math.abs(at.getTime() - Date.parse(ended)) <= MOST_LATENESS_MS;
  return isPrompt ? [] : [`names ${ended} as the end of its deployment, and was put at ${at.toISOString()}`];
}

/** Deployments that began in some days, as the record of what was deployed has them. SSM keeps its last hundred versions. */
async function deploymentsIn({ estate, home, days: { from, to }, now }: Wanted) {
  const name = deployedParameter(estate);
  const all = (await parameterVersions(home.region, name)).map(({ value, version, at }) => {
    return { version, day: at.toISOString().slice(0, 10), deployments: deploymentsOf(name, value) };
  });
  const [today, [oldest]] = [now.toISOString().slice(0, 10), all];
  const known = oldest === undefined ? today : daysLater(oldest.day, oldest.version === 1 ? 0 : 1);
  const kept = daysLater(today, -home.keepDays);
  const isAsked = ({ day }: { readonly day: string }): boolean => day >= from && day >= kept && day <= to;
  const [valid, invalid] = [
    all.filter(({ deployments }) => deployments),
    all.filter(({ deployments }) => !deployments),
  ];
  const textOf = (one: Deployment): string => JSON.stringify(one);
  const begun = valid.filter(isAsked).flatMap(({ version, deployments = [] }) => {
    // What the version before has began earlier.
    const before = valid.findLast((one) => one.version < version);
    const earlier = new Set(before?.deployments?.map(textOf));
    return before === undefined && version > 1 ? [] : deployments.filter((one) => !earlier.has(textOf(one)));
  });
  return {
    begun,
    faults: invalid
      .filter(isAsked)
      .map(({ version }) => `version ${version} of the parameter ${name} is not valid: it names no deployment`),
    knownFrom: known > kept ? known : kept,
  };
}

/** Deployments that a version of the record names; undefined where it is none. */
function deploymentsOf(name: string, value: string): readonly Deployment[] | undefined {
  try {
    const { last, unfinished } = parseRecord(name, value);
    return [...(last ? [last] : []), ...unfinished];
  } catch {
    return undefined;
  }
}
