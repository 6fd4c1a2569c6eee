/** A command that changes an object of the directory, for a shell. */
export function patchCommand(path: string, body: object): string {
  return `az rest --method patch --url https://graph.microsoft.com/v1.0/${path} --body '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
}
