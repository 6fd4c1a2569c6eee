import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { SecretRotation } from '../../src/estate/sections/customers/customers';
import { type SecretPeriod, secretPeriodsAt } from './secret-periods';

interface ClientSecretsArgs {
  /** Resource id of the application: `/applications/<object id>`. */
  readonly applicationId: pulumi.Input<string>;
  /**
   * Another start or period replaces the current secret alone, and the other one in the next period: whoever uses them must take over
   * the new one right after.
   */
  readonly rotation: Pick<SecretRotation, 'start' | 'periodDays'>;
  /** Decides which secret is the current one. */
  readonly now: Date;
}

/**
 * Two client secrets of an application that overlap. A deployment in a new period makes a new one in place of the one that has
 * ended; the other one stays, and stays valid for the whole period. A leaked secret is revoked by
 * `pulumi up --replace <urn>`, since a secret that is replaced is removed.
 */
export class ClientSecrets extends pulumi.ComponentResource {
  /** Secret to sign in with. */
  readonly current: pulumi.Output<string>;
  /** Its end; more than one period away. */
  readonly expires: string;

  constructor(name: string, args: ClientSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:ClientSecrets', name, {}, opts);
    const { current, previous } = secretPeriodsAt(args.rotation, args.now);
    const create = (period: SecretPeriod, ignoreChanges: string[]): azuread.ApplicationPassword =>
      new azuread.ApplicationPassword(`${name}-${period.slot}`, passwordOf(args, period), {
        parent: this,
        ignoreChanges,
        // An application for personal accounts has two at most; the one that makes room has ended, unless the rotation changed.
        deleteBeforeReplace: true,
      });
    // The other one stays whatever the rotation is, so that no run takes both away.
    create(previous, ROTATED);
    this.current = pulumi.secret(create(current, []).value);
    this.expires = current.endDate;
    this.registerOutputs({ current: this.current, expires: this.expires });
  }
}

/** Inputs that another period or another rotation changes. */
const ROTATED = ['displayName', 'endDate', 'rotateWhenChanged'];

function passwordOf({ applicationId }: ClientSecretsArgs, period: SecretPeriod): azuread.ApplicationPasswordArgs {
  const { number, slot, endDate } = period;
  return {
    applicationId,
    displayName: `${slot}, until ${endDate.slice(0, 10)}`,
    endDate,
    rotateWhenChanged: { period: String(number) },
  };
}
