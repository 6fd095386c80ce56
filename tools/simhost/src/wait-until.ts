/** Polls until the condition holds. Throws with `what` after the bound. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { boundMs, everyMs = 5 }: { boundMs: number; everyMs?: number },
): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${boundMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
