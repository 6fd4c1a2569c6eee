const PARTS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;

/**
 * Tells whether the outermost object of a valid JSON text names a member twice. JSON.parse takes the last one, another
 * parser may take the first, and RFC 7519, section 4, lets a recipient refuse such claims.
 */
export function hasDuplicateMembers(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  let last = '';
  for (const [part] of json.matchAll(PARTS)) {
    if (part === '{' || part === '[') depth++;
    else if (part === '}' || part === ']') depth--;
    else if (part === ':' && depth === 1) {
      const name = String(JSON.parse(last));
      if (names.has(name)) return true;
      names.add(name);
    }
    last = part;
  }
  return false;
}
