/** What an operator sends to support. Pure. */

/**
 * @param {Array<{step: string, result: string, ms: number|null, detail: string}>} steps
 * @param {{at: Date, page: string, browser: string, language: string, sfu: string|null}} where
 * @returns {string} JSON. Only what is named here goes into it: never the answer with the credentials.
 */
export function report(steps, { at, page, browser, language, sfu }) {
  const told = steps.map(({ step, result, ms, detail }) => ({ step, result, ms, detail }));
  const shown = { made_at: at.toISOString(), page, browser, language, sfu, steps: told };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/** "failed" if anything failed, "ok" once all is done, else "running". */
export function verdict(steps) {
  if (steps.some(({ result }) => result === "running")) return "running";
  return steps.some(({ result }) => result === "failed") ? "failed" : "ok";
}
