import type GuacamoleNamespace from "guacamole-common-js";
import { remoteSize, scaleOf, type View } from "../view";

const settleAfter = 150;

/** Puts the display into its place on the page and keeps it at the right size there. */
export function placeDisplay(place: HTMLElement, client: GuacamoleNamespace.Client) {
  const display = client.getDisplay();
  const frame = document.createElement("div");
  frame.className = "guacamole-frame";
  frame.append(display.getElement());
  place.append(frame);
  let view: View = "fit";
  let dense = false;
  let asked = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function scale() {
    display.scale(scaleOf(view, { width: display.getWidth(), height: display.getHeight() }, { width: place.clientWidth, height: place.clientHeight }));
  }
  function resize() {
    if (view !== "resize" || place.clientWidth === 0) return;
    const { width, height } = remoteSize(place.clientWidth, place.clientHeight, dense);
    if (asked === `${width} × ${height}`) return;
    asked = `${width} × ${height}`;
    client.sendSize(width, height);
  }
  function changed() {
    scale();
    clearTimeout(timer);
    timer = setTimeout(resize, settleAfter);
  }
  display.onresize = scale;
  const observer = new ResizeObserver(changed);
  observer.observe(place);
  return {
    canvas: () => display.getDefaultLayer().getCanvas(),
    size: () => `${display.getWidth()} × ${display.getHeight()}`,
    apply(nextView: View, nextDense: boolean) {
      view = nextView;
      dense = nextDense;
      asked = "";
      frame.classList.toggle("guacamole-frame-scrolls", view === "actual");
      scale();
      resize();
    },
    remove() {
      clearTimeout(timer);
      observer.disconnect();
      frame.remove();
    },
  };
}
