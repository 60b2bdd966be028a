/** Repeats a check until it succeeds, for up to 30 seconds by default; then throws its last error. */
export async function eventually<R>(check: () => Promise<R> | R, milliseconds = 30_000): Promise<R> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
