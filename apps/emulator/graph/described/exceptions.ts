/** A property that a client needs and Microsoft's types of that version lack, by type and name. */
export interface Exception {
  readonly type: string;
  readonly property: string;
  /** Requests that name it. */
  readonly requests: readonly string[];
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    type: 'application',
    property: 'oauth2RequirePostResponse',
    requests: ['GET /beta/applications/{id}', 'PATCH /beta/applications/{id}'],
    reason: 'azuread selects it at /beta with each read of an application; the types have it at /v1.0 alone',
  },
];

export function isException(type: string, property: string): boolean {
  return EXCEPTIONS.some((one) => one.type === type && one.property === property);
}
