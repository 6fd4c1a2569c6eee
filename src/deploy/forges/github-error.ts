/** GitHub refused, or can't be reached; the message says what to do. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
}
