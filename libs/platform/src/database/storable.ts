/** Whether PostgreSQL can keep all text in this, as jsonb or by itself: it keeps neither NUL nor half a character. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]: [string, unknown]) => isStorable(key) && isStorable(inner));
}
