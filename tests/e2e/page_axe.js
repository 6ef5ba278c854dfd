/** What axe-core has against the page by WCAG 2.2 A and AA, one sentence each. target-size belongs to it, but is off by default. */
async () => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"],
  });
  const why = ({ failureSummary }) => failureSummary.split("\n").slice(1, 3).join(" ").replace(/\s+/g, " ").trim();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.target.join(" ")}: ${why(node)}`));
};
