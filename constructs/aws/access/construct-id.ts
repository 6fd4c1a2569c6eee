/** Ids that the construct tree gives a meaning of its own, or that every object has (`Node.addChild` looks them up). */
function isReserved(name: string): boolean {
  return name === 'Default' || name === 'Resource' || name in Object.prototype;
}

/**
 * The construct id of an item of the estate: its name, behind a colon where the name is reserved. No name of a permission
 * set holds a colon, and logical ids leave it out.
 */
export function constructIdOf(name: string): string {
  return isReserved(name) ? `:${name}` : name;
}

/** The name of an item of the estate from its construct's id. */
export function nameOf(constructId: string): string {
  return constructId.replace(/^:/, '');
}
