/** Repeats a check until it holds, at most so many milliseconds (30 s); then lets its last error through. */
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
