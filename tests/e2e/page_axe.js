/** What axe-core has against the page by WCAG 2.2 A and AA, one sentence each. target-size belongs to it, but is off by default. */
async () => {
  // A sheet that imports another is written by axe into a document of its own, as inline styles: our policy refuses them and
  // the console says so. Django's forms.css is one. Without its copies axe leaves out one rule, css-orientation-lock.
  const imports = (sheet) => [...sheet.cssRules].some((rule) => rule instanceof CSSImportRule);
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"],
    preload: ![...document.styleSheets].some(imports),
  });
  const why = ({ failureSummary }) => failureSummary.split("\n").slice(1, 3).join(" ").replace(/\s+/g, " ").trim();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.target.join(" ")}: ${why(node)}`));
};
