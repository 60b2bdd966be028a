/** The code of the error that the work throws; undefined if it throws none. */
export function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}
