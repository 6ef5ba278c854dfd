/**
 * What is wrong with the layout of the page as it stands, one sentence each. Evaluated in the page by test_pages.py.
 * Two controls overlap when their visible boxes share more than a pixel both ways, in the same layer (a dialog, a menu or a
 * toast lies over the page on purpose), neither being inside the other.
 */
() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=slider], [tabindex='0']";
  const LAYERS = "dialog[open], [popover], .menu-list, .toasts";
  const SHOWN = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };

  const name = (element) => {
    const said = element.getAttribute("aria-label") || element.textContent.trim() || element.name || element.id;
    return `<${element.localName}${element.className ? `.${String(element.className.baseVal ?? element.className).split(" ")[0]}` : ""}> ${said.replace(/\s+/g, " ").slice(0, 40)}`;
  };
  const cut = (one, other) => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  });
  const large = ({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1;

  /** The part of `box` that the scrolled or clipped ancestors of `element` let through. */
  function visible(element, box) {
    let seen = box;
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(each);
      if (overflowX !== "visible" || overflowY !== "visible") seen = cut(seen, each.getBoundingClientRect());
    }
    return seen;
  }

  const complaints = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) complaints.push(`scrolls sideways: ${scrollWidth} px in ${clientWidth}`);

  const modal = document.querySelector("dialog:modal");
  const controls = [...(modal ?? document).querySelectorAll(CONTROLS)].filter((each) => each.checkVisibility(SHOWN));
  const boxes = controls.flatMap((element) =>
    [...element.getClientRects()]
      .map((box) => ({ element, layer: element.closest(LAYERS), box: visible(element, box) }))
      .filter(({ box }) => large(box) && box.bottom > -scrollY),
  );
  for (const { element, box } of boxes) {
    if (box.left < -1 || box.right > innerWidth + 1) complaints.push(`outside the screen: ${name(element)}`);
  }
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      if (one.layer !== other.layer || one.element === other.element) continue;
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      if (large(cut(one.box, other.box))) complaints.push(`overlap: ${name(one.element)} with ${name(other.element)}`);
    }
  });
  for (const each of controls) {
    const clipped = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible";
    if (each.matches("a, button, summary") && clipped && getComputedStyle(each).textOverflow !== "ellipsis") {
      complaints.push(`cut off: ${name(each)}`);
    }
  }
  return [...new Set(complaints)];
};
