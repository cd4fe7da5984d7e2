"""axe-core over a page, as tests ask for it: what it finds serious or critical, in words.

The inside of a drawing is left out: a chart is one image to assistive technology, its sentence is its text.
"""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async ([within, tags]) => {
  const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const { violations } = await axe.run({ include: [within], exclude: [".main-svg"] }, options);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""


@cache
def _source() -> str:
    return AXE.read_text()


def serious_findings(page: Page, within: str = "body") -> list[str]:
    """What WCAG 2.2 AA has against a part of the page; empty when all is well."""
    page.evaluate(_source())  # through the debugger, which the page's security policy does not bind
    return page.evaluate(RUN, [within, TAGS])
