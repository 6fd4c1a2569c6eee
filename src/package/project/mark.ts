export const MARK_LINE =
  "Managed by entra-aws: 'entra-aws upgrade' writes this file again. Without this line it is yours.";

/** Line that says of a file that the package writes it, by how its language comments. */
export const MARK = {
  yaml: `# ${MARK_LINE}`,
  slashes: `// ${MARK_LINE}`,
  /** Key of a JSON file, which has no comments. */
  json: { '//': MARK_LINE },
} as const;

/** Tells whether two texts say the same: git may have given a file the line endings of Windows. */
export function isSameText(given: string, text: string): boolean {
  return given.replaceAll('\r\n', '\n') === text;
}

/** Tells whether the package may write a file again. */
export function isManaged(text: string): boolean {
  return text.includes(MARK_LINE);
}
