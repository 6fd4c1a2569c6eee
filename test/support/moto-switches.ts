/** Behaviour that AWS documents and moto lacks; what is left out stays as it is. `docs/stand-in.md` has the source of each. */
export interface Switches {
  /** Calls of sso-admin during which a request (make or delete an assignment, provision a set) is IN_PROGRESS. @default 0 */
  readonly provisioningCalls?: number;
  /** Whether a change of an account conflicts with a request that is IN_PROGRESS; needs `provisioningCalls`. @default false */
  readonly conflicts?: boolean;
  /** Calls of sso-admin between two that are refused by ThrottlingException. @default 0, which refuses none */
  readonly throttleAfter?: number;
  /** Requests that are taken and fail; of all operations and accounts, and each time, unless it says otherwise. @default [] */
  readonly failingRequests?: readonly {
    readonly reason: string;
    readonly operation?: 'CreateAccountAssignment' | 'DeleteAccountAssignment' | 'ProvisionPermissionSet';
    readonly account?: string;
    readonly times?: number;
  }[];
  /** Whether requests for suspended accounts fail. @default false */
  readonly refuseSuspended?: boolean;
  /**
   * CloudFormation: assignments of one account that change at once, since nothing orders them, and get through; the others meet
   * ConflictException. What leaves a stack is tried three times, so many each time. @default 0, for any number
   */
  readonly atOncePerAccount?: number;
  /** CloudFormation: permission sets that are made or changed at once and get through; the others are throttled. @default 0 */
  readonly setsAtOnce?: number;
  /**
   * CloudFormation: whether what leaves nested stacks is deleted at the end of the root's update, all of it side by side, and
   * permission sets are tried before the assignments are gone. @default false
   */
  readonly cleanUpTogether?: boolean;
  /** CloudFormation: resources that an operation on nested stacks may change; one more fails it. @default 0, for any number */
  readonly resourcesOfOperation?: number;
}

/** A resource that CloudFormation fails to change. What is left out fits everything; `stack` and `logicalId` are patterns. */
export interface ResourceFaultOrder {
  readonly on: 'CREATE' | 'UPDATE' | 'DELETE';
  /** The stack's name. */
  readonly stack?: string;
  readonly logicalId?: string;
  readonly type?: string;
  /** The account of an assignment. */
  readonly account?: string;
  /** A failure in a roll-back leaves UPDATE_ROLLBACK_FAILED. @default always */
  readonly during?: 'update' | 'rollback' | 'clean-up';
  readonly reason?: string;
  /** How often. @default each time */
  readonly times?: number;
}
