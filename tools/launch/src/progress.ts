/** Prints short lines with the time since the start, and passes them to a parent that waits in the foreground. */
export class Progress {
  private readonly began = performance.now();

  /** One step that is done. */
  step(text: string): void {
    const seconds = ((performance.now() - this.began) / 1_000).toFixed(1).padStart(5);
    this.print(`[${seconds} s] ${text}`);
  }

  print(text: string): void {
    if (process.connected) process.send?.({ line: text });
    console.log(text);
  }

  /** For the person who waits, and for no log: in the background, standard output is a file. */
  printSecret(text: string): void {
    if (process.connected) process.send?.({ line: text });
    else console.log(text);
  }
}
