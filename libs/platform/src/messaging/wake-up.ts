/** A sleep that can be interrupted. A wake-up outside a sleep ends the next sleep at once. */
export class WakeUp {
  private called = false;
  private end: (() => void) | undefined;

  /** Ends the current sleep, or the next one. */
  wake(): void {
    this.called = true;
    this.end?.();
  }

  /** Sleeps until a wake-up, at most for this time. Returns whether it was woken. */
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
