/** Where an arrow key leads among boxes on the screen: by sight, so it holds in every layout and from right to left. */

const AXES = {
  ArrowRight: { along: "x", sign: 1 },
  ArrowLeft: { along: "x", sign: -1 },
  ArrowDown: { along: "y", sign: 1 },
  ArrowUp: { along: "y", sign: -1 },
};

const middle = (box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });

/** The index of the nearest box in that direction, `from` itself where there is none. Boxes: {left, top, width, height}. */
export function neighbour(boxes, from, key) {
  const { along, sign } = AXES[key];
  const across = along === "x" ? "y" : "x";
  const start = middle(boxes[from]);
  let best = from;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const there = middle(box);
    const ahead = (there[along] - start[along]) * sign;
    const aside = Math.abs(there[across] - start[across]);
    const far = ahead + 2 * aside; // straight ahead first
    if (index !== from && ahead > 1 && ahead >= aside && far < least) [best, least] = [index, far];
  });
  return best;
}
