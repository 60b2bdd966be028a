/** Names and figures in two columns. */
export function table(figures: Readonly<Record<string, string | number>>): string {
  const rows = Object.entries(figures).map(([name, figure]) => [name, String(figure)] as const);
  const wide = Math.max(0, ...rows.map(([name]) => name.length));
  const far = Math.max(0, ...rows.map(([, figure]) => figure.length));
  return rows.map(([name, figure]) => `  ${name.padEnd(wide)}  ${figure.padStart(far)}`).join('\n');
}
