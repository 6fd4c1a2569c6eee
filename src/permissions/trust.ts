import { asList, isRecord, parsePolicy, type Statement, strings } from './policy';
import type { Formula } from './formula';
import { allowedBy, whenAllowed } from './side';
import { kept } from './glob';

/** Identity that asks to take on a role: a role, or the session of a permission set. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
}

/** Statement of a trust policy, and whom it is about. */
interface Entry {
  readonly statements: readonly Statement[];
  readonly aws: readonly string[];
  readonly services: readonly string[];
  /** True where it is about everybody but those. */
  readonly isInverse: boolean;
}

/** A trust policy: who may take a role on. Its conditions stay literals, for whoever asks to decide. */
export class Trust {
  private readonly entries: readonly Entry[];
  /** Services that it names, such as `lambda.amazonaws.com`. */
  readonly services: readonly string[];
  private readonly formulas = new Map<string, Formula>();

  /** @param source name of the policy, where it can't be read */
  constructor(document: unknown, source: string) {
    const { Version, Statement: all } = isRecord(document) ? document : {};
    const listed = asList(all);
    this.entries = (listed.length === 0 ? [undefined] : listed).map((one) => parseEntry(one, { Version, source }));
    this.services = this.entries.flatMap(({ services }) => services);
  }

  /** Names by which trust policies mean a caller. */
  static ownNames({ arn }: Caller): readonly string[] {
    return [arn, sessionArn(arn), '*'];
  }

  /** The same, or everybody of its account. */
  static namesOf(caller: Caller): readonly string[] {
    return [...Trust.ownNames(caller), ...accountNames(caller)];
  }

  /** Accounts and ARNs that it names; undefined where it is about everybody. */
  get named(): readonly string[] | undefined {
    const isOpen = ({ aws, isInverse }: Entry): boolean => isInverse || aws.includes('*');
    if (this.entries.some((entry) => entry.statements.some(allows) && isOpen(entry))) return undefined;
    return this.entries.flatMap(({ aws }) => aws);
  }

  /** Formula under which a service may take the role on. @throws TooComplexError */
  ofService(service: string): Formula {
    return this.when(({ services, isInverse }) => (services.includes(service) || services.includes('*')) !== isInverse);
  }

  /**
   * Formula under which it lets a caller in. One that it names needs no permission of its own in the same account; one whose
   * account it trusts does (IAM User Guide, 'Policy evaluation logic'). @throws TooComplexError
   */
  ofCaller(caller: Caller, standing: 'named' | 'account'): Formula {
    const its = standing === 'named' ? Trust.ownNames(caller) : Trust.namesOf(caller);
    return this.when(({ aws, isInverse, statements }) => {
      const all = statements.some(allows) ? its : [...its, ...accountNames(caller)];
      return aws.some((one) => all.includes(one)) !== isInverse;
    });
  }

  /** Most callers are meant by the same entries. */
  private when(isAbout: (entry: Entry) => boolean): Formula {
    const its = this.entries.filter(isAbout);
    const key = its.map((entry) => this.entries.indexOf(entry)).join();
    return kept(this.formulas, key, () => formulaOf(its.flatMap(({ statements }) => statements)));
  }
}

function formulaOf(statements: readonly Statement[]): Formula {
  if (statements.length === 0) return [];
  const boxes = allowedBy({ layers: [{ name: 'trust', statements }] }, { action: ASSUME });
  return whenAllowed(boxes, { action: ASSUME, resource: '*' });
}

export const ASSUME = 'sts:AssumeRole';

function allows({ effect }: Statement): boolean {
  return effect === 'Allow';
}

interface Where {
  readonly Version: unknown;
  readonly source: string;
}

/** A statement that can't be read, or that allows everybody but some, may let in and keep out everybody. */
function parseEntry(value: unknown, { Version, source }: Where): Entry {
  const { Principal, NotPrincipal, ...rest } = isRecord(value) ? value : {};
  const isInverse = NotPrincipal !== undefined;
  const isRead = !isInverse || rest['Effect'] === 'Deny';
  const Statement = isRead ? [{ ...rest, Resource: '*' }] : [];
  const statements = parsePolicy({ Version, Statement }, source);
  const principal = NotPrincipal ?? Principal;
  if (!isRead || (principal !== '*' && !isRecord(principal)))
    return { statements, aws: ['*'], services: ['*'], isInverse: false };
  return { statements, ...namedIn(principal), isInverse };
}

function namedIn(principal: unknown): Pick<Entry, 'aws' | 'services'> {
  const { AWS, Service } = isRecord(principal) ? principal : { AWS: principal };
  return { aws: strings(AWS).map(withoutSession), services: strings(Service) };
}

/** ARN of the sessions of a role, without their names. */
export function sessionArn(arn: string): string {
  return arn.replace(/^(arn:[^:]*):iam::(\d*):role\/(?:.*\/)?/, '$1:sts::$2:assumed-role/');
}

/** The name of a session is for whoever begins it to choose, so that it narrows nothing. */
export function withoutSession(arn: string): string {
  return arn.replace(/^(arn:[^:]*:sts::\d*:assumed-role\/[^/]*)\/.*$/, '$1');
}

/** Names of the account of a caller: it says itself which of its identities may. */
function accountNames({ arn, account }: Caller): readonly string[] {
  return [account, arn.replace(/:role\/.*$/, ':root')];
}
