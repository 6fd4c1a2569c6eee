/** An IAM Identity Center instance. It is made in the console, once; the estate refers to it. */
export interface Instance {
  /** `arn:aws:sso:::instance/ssoins-…` */
  readonly arn: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
}
