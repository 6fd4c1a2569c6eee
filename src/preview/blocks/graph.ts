/** Words for what a node is about; the picture colours by it. */
export const FAMILY_WORDS = {
  application: 'application',
  credential: 'secret or certificate',
  permission: 'consent, assignment or policy',
  flow: 'user flow',
  group: 'group',
  provisioning: 'provisioning',
  other: 'other',
} as const;

export type Family = keyof typeof FAMILY_WORDS;

/** A node of the picture: a resource, or many of one type that would fill it. */
export interface GraphNode {
  readonly id: string;
  readonly what: string;
  readonly label: string;
  readonly family: Family;
  /** True if it exists already and is only looked up. */
  readonly isLookup: boolean;
  /** Its change; `mixed` where it stands for several. */
  readonly change?: 'create' | 'update' | 'replace' | 'delete' | 'mixed';
}

export interface GraphEdge {
  /** The needed one. */
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
