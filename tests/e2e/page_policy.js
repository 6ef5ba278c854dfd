/** Says who broke the policy, which the browser's own complaint does not. */
addEventListener("securitypolicyviolation", ({ effectiveDirective, sourceFile, lineNumber, sample, target }) => {
  const what = target?.outerHTML?.slice(0, 200) ?? "";
  console.error(`CSP ${effectiveDirective}: ${sourceFile}:${lineNumber} ${sample} ${what}`);
});
