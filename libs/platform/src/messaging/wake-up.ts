/** A sleep that others can end. A wake-up that comes while nobody sleeps ends the next sleep at once. */
export class WakeUp {
  private called = false;
  private end: (() => void) | undefined;

  /** Ends the present sleep, or the next. */
  wake(): void {
    this.called = true;
    this.end?.();
  }

  /** Waits for a wake-up, at most so many milliseconds. Answers whether it was woken. */
  async sleep(milliseconds: number): Promise<boolean> {
    if (!this.called) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, milliseconds);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.end = undefined;
    }
    const woken = this.called;
    this.called = false;
    return woken;
  }
}
