/** Access that IAM policies give, and the difference of two of them, without the estate: `@entra-aws-identity/cli/permissions`. */
export { ACCESS_LEVELS, type AccessLevel, actionsIn, actionsLike, type KnownAction } from '../../permissions/actions';
export { comparesWith } from '../../permissions/formula';
export { type Fold, fold, type FoldedLevel, type FoldedPart, type FoldedService } from '../../permissions/fold';
export { formulaText, literalsOf, type Literal } from '../../permissions/formula';
export { parsePolicy, type Statement, unread } from '../../permissions/policy';
export { TooComplexError } from '../../permissions/glob';
export { includes, regionText, type Region } from '../../permissions/region';
export {
  type Controls,
  type Identity,
  type Role,
  RoleGraph,
  type RoleStep,
  type RoleWay,
} from '../../permissions/roles';
export {
  allowedBy,
  type Allowed,
  type Answer,
  beyond,
  can,
  denialsOf,
  difference,
  type Difference,
  type Focus,
  type Side,
  sideOf,
  type Verdict,
} from '../../permissions/side';
export { type Caller, Trust } from '../../permissions/trust';
