/** Path of a flow. */
export function flowPath(id: string): string {
  return `/beta/identity/b2cUserFlows/${encodeURIComponent(id)}`;
}
