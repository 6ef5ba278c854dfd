/** The first-run page: proposes a camera ID from its name, and goes on by itself when the first picture is there. */
import "../camera-player.js";
import { toast } from "../site/toast.js";
import { word } from "../words.js";

const step = (name) => document.querySelector(`[data-step="${name}"]`);

function mark(name, state) {
  step(name).dataset.stepState = state;
  step(name).querySelector("[data-step-word]").textContent = word(`start.${state}`);
}

document.addEventListener("player-state", ({ detail }) => {
  if (detail.state !== "live" || step("picture").dataset.stepState === "done") return;
  mark("picture", "done");
  mark("people", "now");
  toast(word("start.picture"), { kind: "good" });
});

/** Like the server's own rule: at most 48 of a-z, 0-9 and hyphens, none at an end. */
function slug(start, name) {
  const words = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${start}-${words}`.replace(/-+/g, "-").slice(0, 48).replace(/^-|-$/g, "");
}

const name = document.querySelector("[data-step-form=camera] [name=name_en]");
const id = document.querySelector("[data-step-form=camera] [name=camera_id]");
if (name && id) {
  const start = id.value;
  let own = false;
  id.addEventListener("input", () => (own = true));
  name.addEventListener("input", () => {
    if (!own) id.value = slug(start, name.value);
  });
}
