/** Texts of files, by their paths in the team's repository. */
export type Files = Readonly<Record<string, string>>;
