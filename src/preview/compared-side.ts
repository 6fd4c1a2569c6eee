import { holderKey } from '../estate/sections/access/holder';
import type { PolicyDocuments } from '../estate/sections/access/sets/policy-documents';
import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import type { Assignment, Cause } from '../estate/sections/access/plan/expand';
import { describeSelector } from '../estate/sections/access/grant-schema';
import type { Estate } from '../estate/sections/estate';
import type { Path, Place } from '../estate/source/finding';
import type { Side } from './facts';
import { kept } from '../permissions/glob';
import { known } from '../text/values';

/** A line of a file of the estate; with `revision` it is that file at the git revision of `--base`. */
export interface ReportPlace extends Place {
  readonly revision?: string;
}

/** A grant and those of its selectors that name the account. */
export interface ReportCause {
  readonly grant: ReportPlace;
  readonly selectors: readonly { readonly place: ReportPlace; readonly text: string }[];
}

/** Finds where the items of one side stand. A place is looked up once, however many assignments lead to it. */
export class Places {
  private readonly known = new Map<Path, ReportPlace>();

  constructor(private readonly side: Side) {}

  of(at: Path): ReportPlace {
    const place = this.known.get(at) ?? { ...this.side.plan.placeOf(at), ...known({ revision: this.side.revision }) };
    this.known.set(at, place);
    return place;
  }

  ofCause(cause: Cause): ReportCause {
    return {
      grant: this.of([...cause.grant.at, cause.grant.holder.kind]),
      selectors: cause.selectors.map((selector) => ({ place: this.of(selector.at), text: describeSelector(selector) })),
    };
  }
}

/** Collects causes, each once. */
export class CauseTable {
  readonly causes: ReportCause[] = [];
  private readonly lists = new Map<readonly Cause[], readonly number[]>();
  private readonly positions = new Map<string, number>();
  private readonly numbers = new Map<object, number>();

  constructor(private readonly places: Places) {}

  /** Positions of an assignment's causes; one list for all assignments that a grant makes in an account. */
  positionsOf(causes: readonly Cause[]): readonly number[] {
    return kept(this.lists, causes, () => causes.map((cause) => this.positionOf(cause)));
  }

  private positionOf(cause: Cause): number {
    const key = [cause.grant, ...cause.selectors].map((item) => this.numberOf(item)).join();
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    const position = this.causes.push(this.places.ofCause(cause)) - 1;
    this.positions.set(key, position);
    return position;
  }

  private numberOf(item: object): number {
    const known = this.numbers.get(item) ?? this.numbers.size;
    this.numbers.set(item, known);
    return known;
  }
}

/** One side of a comparison. */
export interface ComparedSide {
  readonly estate: Estate;
  /** Absent where the estate has no access section. */
  readonly access: AccessPlan | undefined;
  readonly places: Places;
  /** Documents that the estate refers to and does not hold. @default none was read */
  readonly documents?: PolicyDocuments | undefined;
}

/** Holder, permission set and account of an assignment: what two sides are compared by. */
export function cellKey({ holder, permissionSet, account }: Assignment): string {
  return JSON.stringify([holderKey(holder), permissionSet, account.id]);
}
