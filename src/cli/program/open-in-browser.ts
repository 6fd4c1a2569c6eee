/** Opens a page in the person's browser, and says where it is in case none opens. */
export async function openInBrowser(url: string, tell: (line: string) => void): Promise<void> {
  tell(`Open this page, if your browser does not: ${url}`);
  try {
    const { default: open } = await import('open');
    await open(url);
  } catch {
    // A machine without a browser has the address.
  }
}
