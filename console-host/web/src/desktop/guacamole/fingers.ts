import GestureHandler, { type Gesture } from "novnc-gestures";
import type GuacamoleNamespace from "guacamole-common-js";

type Mouse = GuacamoleNamespace.Mouse.State;
type Button = "left" | "middle" | "right" | "up" | "down";

/** Pixels that two fingers move for one step of a wheel, and that they part for one step of a zoom. */
const scrollStep = 50;
const zoomStep = 75;
/** A tap soon after another and next to it is meant for the same place. */
const again = { milliseconds: 1_000, pixels: 50 };
const control = 0xffe3;

const taps: Partial<Record<Gesture["type"], Button>> = { onetap: "left", twotap: "right", threetap: "middle" };
const holds: Partial<Record<Gesture["type"], Button>> = { drag: "left", longpress: "right" };

/**
 * Fingers that move a mouse, by the gestures of the other engine: a tap clicks, a finger that moves drags, one that rests holds the right button, two
 * scroll, or press it, three press the middle one, and two that part zoom (Ctrl and the wheel).
 */
export function fingersOf(element: HTMLElement, mouse: (state: Mouse) => void, key: (down: 0 | 1, keysym: number) => void) {
  const gestures = new GestureHandler();
  let tapped: { type: string; at: number; clientX: number; clientY: number } | null = null;
  let seen = 0;

  const say = ({ clientX, clientY }: { clientX: number; clientY: number }, button?: Button) => {
    const { left, top } = element.getBoundingClientRect();
    mouse({ x: clientX - left, y: clientY - top, left: false, middle: false, right: false, up: false, down: false, ...(button && { [button]: true }) });
  };
  const click = (place: { clientX: number; clientY: number }, button: Button) => {
    say(place, button);
    say(place);
  };

  function tap(gesture: Gesture, button: Button) {
    const { type, clientX, clientY } = gesture;
    const at = Date.now();
    const isSame = tapped?.type === type && at - tapped.at < again.milliseconds && Math.hypot(tapped.clientX - clientX, tapped.clientY - clientY) < again.pixels;
    const place = tapped && isSame ? { ...tapped, at } : { type, at, clientX, clientY };
    tapped = place;
    say(place);
    click(place, button);
  }

  /** Steps of the wheel for as far as the fingers have come since the last one. */
  function turn(gesture: Gesture, now: number, step: number) {
    while (Math.abs(now - seen) > step) {
      click(gesture, now > seen ? "up" : "down");
      seen += Math.sign(now - seen) * step;
    }
  }

  const apart = ({ magnitudeX, magnitudeY }: Gesture) => Math.hypot(magnitudeX, magnitudeY);

  function zoom(gesture: Gesture) {
    const now = apart(gesture);
    if (Math.abs(now - seen) <= zoomStep) return;
    key(1, control);
    turn(gesture, now, zoomStep);
    key(0, control);
  }

  function begun({ detail }: CustomEvent<Gesture>) {
    const tapping = taps[detail.type];
    if (tapping) return tap(detail, tapping);
    say(detail);
    seen = detail.type === "pinch" ? apart(detail) : detail.magnitudeY;
    if (holds[detail.type]) say(detail, holds[detail.type]);
  }

  function moved({ detail }: CustomEvent<Gesture>) {
    if (holds[detail.type]) say(detail, holds[detail.type]);
    if (detail.type === "twodrag") turn(detail, detail.magnitudeY, scrollStep);
    if (detail.type === "pinch") zoom(detail);
  }

  function ended({ detail }: CustomEvent<Gesture>) {
    if (holds[detail.type]) say(detail);
  }

  for (const [name, listener] of [["gesturestart", begun], ["gesturemove", moved], ["gestureend", ended]] as const) element.addEventListener(name, listener as EventListener);
  return {
    use(on: boolean) {
      if (on) gestures.attach(element);
      else gestures.detach();
    },
  };
}
