/** Numbers the controls of the page (`data-stop`) that the Tab key should reach; answers their names. */
() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const SHOWN = { opacityProperty: true, visibilityProperty: true };
  const stops = [...document.querySelectorAll(CONTROLS)].filter(
    (each) => !each.disabled && each.tabIndex >= 0 && each.type !== "radio" && each.checkVisibility(SHOWN),
  );
  stops.forEach((each, index) => (each.dataset.stop = index));
  return stops.map((each) => `<${each.localName}> ${each.ariaLabel ?? each.textContent.trim().slice(0, 40)}`);
};
