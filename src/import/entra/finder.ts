/** An object of the directory that a resource of a program takes over. */
export interface Found {
  /** As the provider's import takes it. */
  readonly id: string;
  /** Outputs that inputs of other resources come from. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

/** Inputs of a resource, with what is known of the resources that they come from. */
export interface Inputs {
  /** A text; undefined if it is none, or comes from a resource that was not found. */
  readonly text: (key: string) => string | undefined;
  /** Texts of a list, perhaps inside of another input: `web`, `redirectUris`. */
  readonly texts: (...path: readonly string[]) => readonly string[];
}

/** Finds what a resource is in the directory: undefined if it is not there, or nothing can take it over. */
export type Finder = (inputs: Inputs) => Found | undefined;
