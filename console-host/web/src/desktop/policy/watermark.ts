/** Tiles a text over an element; the page draws it, so it stops nobody who controls the page from taking a picture without it. */
export interface Watermark {
  say: (text: string) => void;
  stop: () => void;
}

const styles: Record<string, string> = {
  position: "absolute", inset: "0", "z-index": "2", display: "block", visibility: "visible", opacity: "1", transform: "none", filter: "none", "clip-path": "none",
  width: "auto", height: "auto", margin: "0", padding: "0", "pointer-events": "none", "background-repeat": "repeat", "mask-image": "none", "content-visibility": "visible",
};

/** Whoever takes the layer away, or changes anything about it, gets a new one. */
export function keepWatermark(host: HTMLElement, first: string): Watermark {
  let text = first;
  let layer = create(text);
  const within = new MutationObserver(restore);
  const around = new MutationObserver(() => {
    if (layer.parentElement !== host) restore();
  });

  function restore() {
    within.disconnect();
    layer.remove();
    layer = create(text);
    host.append(layer);
    within.observe(layer, { attributes: true, childList: true, characterData: true, subtree: true });
  }

  restore();
  around.observe(host, { childList: true });
  return {
    say(next) {
      text = next;
      restore();
    },
    stop() {
      within.disconnect();
      around.disconnect();
      layer.remove();
    },
  };
}

/** `important`, so that no style sheet that somebody adds hides it. */
function create(text: string): HTMLElement {
  const layer = document.createElement("div");
  layer.dataset.testid = "watermark";
  layer.dataset.text = text;
  layer.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries(styles)) layer.style.setProperty(name, value, "important");
  layer.style.setProperty("background-image", `url("data:image/svg+xml,${encodeURIComponent(tileOf(text))}")`, "important");
  return layer;
}

/** Light letters with dark edges can be read on every ground. */
export function tileOf(text: string): string {
  const [width, height] = [Math.max(280, text.length * 9 + 60), 150];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><text x="50%" y="50%" text-anchor="middle" transform="rotate(-16 ${width / 2} ${height / 2})" font-family="sans-serif" font-size="15" fill="#fff" fill-opacity="0.3" stroke="#000" stroke-opacity="0.22" stroke-width="0.7">${escaped(text)}</text></svg>`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
