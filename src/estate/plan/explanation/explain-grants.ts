import { describeSelector } from '../../sections/access/describe-selector';
import { holderText } from '../../sections/access/holder';
import type { ExcludedAccount, Grant, Selector } from '../../sections/estate';
import type { Evidence, Reason } from './explanation';
import type { Path, Place } from '../../source/finding';
import { nearMiss } from '../../sections/access/plan/near-miss';
import type { Account, Organization } from '../../source/organization';
import { AccountFinder } from '../../sections/access/plan/select';
import { quotedList } from '../../../text/suggest';

interface Context {
  readonly organization: Organization;
  readonly permissionSets: ReadonlySet<string>;
  readonly excludedAccounts: readonly ExcludedAccount[];
  placeOf(at: Path): Place;
}

interface RankedReason extends Reason {
  /** Nearer reasons rank higher. A selector that misses the account ranks below 1. */
  readonly rank: number;
}

/** Says for each grant why it gives nothing in an account. */
export class GrantExplainer {
  private readonly finder: AccountFinder;
  /** Selects as if the management account were an account like the others. */
  private readonly plainFinder: AccountFinder;

  constructor(private readonly context: Context) {
    const { organization } = context;
    const { accounts, accountById, ous } = organization;
    this.finder = new AccountFinder(organization);
    this.plainFinder = new AccountFinder({ accounts, accountById, ous });
  }

  /** One reason a grant, the nearest first. */
  explain(grants: readonly Grant[], account: Account): readonly Reason[] {
    return grants
      .map((grant) => this.explainGrant(grant, account))
      .toSorted((a, b) => b.rank - a.rank)
      .map(({ code, text, evidence }) => ({ code, text, evidence }));
  }

  private explainGrant(grant: Grant, account: Account): RankedReason {
    const { include, exclude } = grant.accounts;
    const names = (selector: Selector): boolean => this.finder.accountSet(selector).has(account);
    const included = include.filter(names);
    const excluded = exclude.filter((selector) => this.finder.excludedSet(selector).has(account));
    if (included.length === 0) return this.missed(grant, account);
    const evidence = [this.grantEvidence(grant), ...this.selectorEvidence('include', included)];
    if (excluded.length > 0) {
      const text = 'The grant includes the account and excludes it again.';
      return {
        code: 'excluded',
        rank: 2,
        text,
        evidence: [...evidence, ...this.selectorEvidence('exclude', excluded)],
      };
    }
    const left = this.context.excludedAccounts.find((one) => one.account === account.id);
    if (left !== undefined) {
      const text = `The grant includes the account, but the estate excludes it from every grant: ${left.reason}`;
      const place = { place: this.context.placeOf([...left.at, 'account']), text: 'excluded account' };
      return { code: 'excluded-account', rank: 2.5, text, evidence: [...evidence, place] };
    }
    if (account.state !== 'ACTIVE') {
      const text = `The grant includes the account, but it is ${account.state}: only active accounts are assigned.`;
      return { code: 'account-not-active', rank: 3, text, evidence };
    }
    const unknown = grant.permissionSets.filter((name) => !this.context.permissionSets.has(name));
    const text = `The grant reaches the account, but its permission sets are not in this estate: ${quotedList(unknown)}.`;
    return { code: 'unknown-permission-set', rank: 4, text, evidence };
  }

  private missed(grant: Grant, account: Account): RankedReason {
    const { include } = grant.accounts;
    const evidence = [this.grantEvidence(grant)];
    const broad = include.filter((selector) => this.plainFinder.accountSet(selector).has(account));
    if (broad.length > 0) {
      const text =
        'It is the management account, which only its id or exact name reaches; the grant has broad selectors.';
      const places = this.selectorEvidence('include', broad);
      return { code: 'management-account', rank: 1.5, text, evidence: [...evidence, ...places] };
    }
    const misses = include.map((selector) => ({ selector, ...nearMiss(selector, account, this.context.organization) }));
    const [nearest] = misses.toSorted((a, b) => b.nearness - a.nearness);
    if (nearest === undefined) return { code: 'selectors-miss', rank: 0, text: 'The grant has no selector.', evidence };
    const text = `No selector of the grant names the account. Nearest is '${describeSelector(nearest.selector)}', but the account ${nearest.text}.`;
    const places = this.selectorEvidence('include', [nearest.selector]);
    return { code: 'selectors-miss', rank: nearest.nearness, text, evidence: [...evidence, ...places] };
  }

  private grantEvidence(grant: Grant): Evidence {
    return {
      place: this.context.placeOf([...grant.at, grant.holder.kind]),
      text: `grant to ${holderText(grant.holder)}`,
    };
  }

  private selectorEvidence(list: 'include' | 'exclude', selectors: readonly Selector[]): readonly Evidence[] {
    return selectors.map((selector) => ({
      place: this.context.placeOf(selector.at),
      text: `${list} ${describeSelector(selector)}`,
    }));
  }
}
