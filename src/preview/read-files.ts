import { ORGANIZATION_FILE, PLACEMENT_FILE } from '../estate/source/estate-folder';
import type { EarlierPlacements, EstateFolder, FileText } from '../estate/source/estate-folder';

/** An estate's folder that notes what is read of it: a plan is made from that, and from nothing else. */
export class ReadFiles implements EstateFolder {
  readonly name: string;
  readonly label: string;
  readonly latestDay: string;
  readonly earlierPlacements?: EarlierPlacements;
  readonly earlierOrganization?: string;
  private readonly texts = new Map<string, FileText>();

  constructor(private readonly folder: EstateFolder) {
    this.name = folder.name;
    this.label = folder.label;
    this.latestDay = folder.latestDay;
    const { earlierPlacements: earlier, earlierOrganization: text } = folder;
    if (text !== undefined) {
      this.earlierOrganization = text;
      this.texts.set(`${ORGANIZATION_FILE}, earlier`, { kind: 'text', text });
    }
    if (earlier !== undefined) this.earlierPlacements = { ...earlier, texts: () => this.noted(earlier.texts()) };
  }

  read(path: string): FileText {
    const file = this.folder.read(path);
    this.texts.set(path, file);
    return file;
  }

  private *noted(texts: Iterable<string>): Generator<string> {
    let read = 0;
    for (const text of texts) {
      this.texts.set(`${PLACEMENT_FILE}, ${++read} back`, { kind: 'text', text });
      yield text;
    }
  }

  /** The files, each with its path, and what else the folder says of itself. */
  get files(): readonly string[] {
    const { name, label, latestDay } = this;
    return [...[name, label, latestDay], ...[...this.texts].map((entry) => JSON.stringify(entry))];
  }
}
