/** Names and statuses of IAM Identity Center's errors ('Supported API operations' of its SCIM developer guide). */
const STATUSES = {
  ValidationException: 400,
  UnauthorizedException: 401,
  ResourceNotFoundException: 404,
  ConflictException: 409,
} as const;

/** A request that the endpoint refuses. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;

  constructor(
    readonly code: keyof typeof STATUSES,
    detail: string,
  ) {
    super(detail);
    this.status = STATUSES[code];
  }

  /** RFC 7644, 3.12: the status is a text. */
  get body(): object {
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      detail: this.message,
      status: String(this.status),
    };
  }
}
