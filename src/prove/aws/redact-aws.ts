import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as identityStore from '@aws-sdk/client-identitystore';
import * as ssoAdmin from '@aws-sdk/client-sso-admin';
import { isProperties } from '../../../provider/values';
import { parseQuietly } from '../../estate/source/json-source';
import type { RedactedExchange } from '../redact';
import { NAME, Redaction } from '../redaction';
import type { MarkedAccess } from './marked-access';
import type { AwsExchange } from './account-clients';

export interface AwsRedactorOptions extends Pick<MarkedAccess, 'mark' | 'account' | 'region'> {
  /** Texts that may be shown. @default all: a stand-in holds nothing of an account's */
  readonly known?: ReadonlySet<string>;
}

/** Tokens, of which some hold what they lead to. */
const SECRET = /^(?:\w*Token|\w*TokenId)$/;

/**
 * Ids of the Identity Store, older ones with ten digits before them; of stacks and change sets; of instances, permission sets,
 * identity stores and organizations; of accounts, of identities of IAM, and of roles of a permission set.
 */
const ID =
  /(?:\b[\da-f]{10}-)?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|\b(?:sso)?ins-[\w.-]{16}|\bps-[\w./-]{16}|\bd-[\da-f]{10}\b|\bo-[a-z\d]{10,32}\b|\b\d{12}\b|\bA(?:KIA|SIA|ROA|IDA|NPA)[A-Z\d]{12,}|(?<=_)[\da-f]{16}\b/gi;

/** Names of errors are AWS's. */
const ERROR = /^[A-Z][A-Za-z]{2,60}$/;

/** Numbers that may be an id. */
const LONG_NUMBER = 1_000_000_000;

/** Before a name of a property of JSON in a text, among texts that may be shown. */
const NAMED = 'property ';

/** Takes away what is not to be seen of exchanges with AWS, and names the object that each is about. */
export class AwsRedactor {
  private readonly redaction: Redaction;
  private readonly properties = new Set<string>();
  private readonly names = new Map<string, string>();
  private readonly labels = new Map<string, string>();

  constructor(private readonly options: AwsRedactorOptions) {
    const { mark, account, region, known } = options;
    this.redaction = new Redaction({
      replaced: [
        [mark, '{mark}'],
        // In logical ids.
        [mark.replace('-', ''), '{mark}'],
        [account, '{account}'],
        [region, '{region}'],
      ],
      ids: ID,
      secret: SECRET,
      isEnumerated: (name, text) => ENUMERATIONS.has(text) || (name === 'error' && ERROR.test(text)),
      ...(known && { known }),
    });
  }

  /** Texts and names of properties that were shown. */
  get shown(): ReadonlySet<string> {
    return new Set([...this.redaction.shown, ...this.properties]);
  }

  /** Lets an id stand for an object of the run. */
  learn(id: string, name: string): void {
    this.names.set(id, name);
  }

  /** Lets a logical id of a template be told by a few words. */
  label(logicalId: string, words: string): void {
    this.labels.set(logicalId, words);
  }

  redact(step: string, { service, operation, status, request, response }: AwsExchange): RedactedExchange {
    return {
      ...{ step, method: service, route: operation, status },
      about: this.aboutOf(request),
      request: this.redaction.value('', this.plain(request)),
      response: this.redaction.value('', this.plain(response)),
    };
  }

  private aboutOf(request: unknown): string {
    if (!isProperties(request)) return '';
    if (typeof request['ChangeSetName'] === 'string') return request['ChangeSetName'];
    const texts = Object.values(request).flatMap(textsIn);
    const known = texts.map((text) => this.names.get(text)).find((name) => name !== undefined);
    const marked = texts.find((text) => text.startsWith(this.options.mark) && text !== this.options.mark);
    return known ?? marked?.slice(this.options.mark.length + 1) ?? '';
  }

  /** A value as JSON has it, with JSON inside of texts read. */
  private plain(value: unknown, isInText = false): unknown {
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'number') return Math.abs(value) < LONG_NUMBER ? value : '{number}';
    if (typeof value === 'string') return this.plainText(value);
    if (Array.isArray(value)) return value.map((item) => this.plain(item, isInText));
    if (!isProperties(value)) return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      entries.map(([key, item]) => [isInText ? this.nameOf(key) : key, this.plain(item, isInText)]),
    );
  }

  private plainText(text: string): unknown {
    const inside = /^\s*[[{]/.test(text) ? parseQuietly(text) : undefined;
    return inside === undefined ? (this.labels.get(text) ?? text) : this.plain(inside, true);
  }

  /** Names that the SDK knows are AWS's; those inside of a text are shown where the stand-in has them. */
  private nameOf(key: string): string {
    const label = this.labels.get(key);
    if (label !== undefined) return label;
    const named = `${NAMED}${key}`;
    if (this.options.known?.has(named) === false) return NAME;
    this.properties.add(named);
    return key;
  }
}

/** Texts of a request, those of its lists and mappings too. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isProperties(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Enumerations of the requests that a run sends, as the SDK's models have them. */
const OF_CLOUDFORMATION = [
  ...(['ChangeAction', 'ChangeSetStatus', 'ChangeSetType', 'ChangeSource', 'ChangeType', 'DetailedStatus'] as const),
  ...(['DifferenceType', 'EvaluationType', 'ExecutionStatus', 'HandlerErrorCode', 'OnStackFailure'] as const),
  ...(['OperationStatus', 'OperationType', 'PolicyAction', 'Replacement', 'RequiresRecreation'] as const),
  ...(['ResourceAttribute', 'ResourceStatus', 'StackDriftDetectionStatus', 'StackDriftStatus'] as const),
  ...(['StackResourceDriftStatus', 'StackStatus'] as const),
];
const OF_IDENTITY_STORE = ['ResourceType', 'UserStatus'] as const;
const OF_SSO = [
  ...(['InstanceStatus', 'KmsKeyStatus', 'KmsKeyType', 'PrincipalType', 'RegionStatus', 'StatusValues'] as const),
  'TargetType' as const,
];

/** Words that AWS has for states and kinds, which say nothing of an account. */
const ENUMERATIONS: ReadonlySet<string> = new Set([
  ...OF_CLOUDFORMATION.flatMap((name) => Object.values<string>(cloudFormation[name])),
  ...OF_IDENTITY_STORE.flatMap((name) => Object.values<string>(identityStore[name])),
  ...OF_SSO.flatMap((name) => Object.values<string>(ssoAdmin[name])),
]);
