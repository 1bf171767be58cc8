import type GuacamoleNamespace from "guacamole-common-js";
import { typeText } from "../keys";
import { createKeySink, type KeySink } from "../keySink";
import type { KeySender, TouchMode } from "../screenLink";
import { storedTouchMode } from "../touch";
import { fingersOf } from "./fingers";

type Library = typeof GuacamoleNamespace;
type Client = GuacamoleNamespace.Client;

const pressed = ["mousedown", "mouseup", "mousemove"];

/** Keys as the library reads them from the field that has the focus. */
export function keysOf(Guacamole: Library, client: Client, place: HTMLElement, paste: (text: string) => void): { sink: KeySink; sender: KeySender; close(): void } {
  const sender: KeySender = {
    sendKey(keysym, _code, down) {
      if (down !== false) client.sendKeyEvent(1, keysym);
      if (down !== true) client.sendKeyEvent(0, keysym);
    },
  };
  const sink = createKeySink(place, { key: passOn, type: (text) => typeText(sender, text), paste });
  // The library listens on a field of its own, which gets the keys that are left to it.
  const inner = document.createElement("textarea");
  const keyboard = new Guacamole.Keyboard(inner);
  keyboard.onkeydown = (keysym) => {
    client.sendKeyEvent(1, keysym);
    return false;
  };
  keyboard.onkeyup = (keysym) => client.sendKeyEvent(0, keysym);
  function passOn(event: KeyboardEvent) {
    relay(event, inner);
  }
  const press = (event: KeyboardEvent) => relay(event, inner);
  const letGo = () => keyboard.reset();
  sink.element.addEventListener("keypress", press);
  sink.element.addEventListener("blur", letGo);
  window.addEventListener("blur", letGo);
  return {
    sink,
    sender,
    close() {
      keyboard.reset();
      keyboard.onkeydown = null;
      keyboard.onkeyup = null;
      window.removeEventListener("blur", letGo);
      sink.dispose();
    },
  };
}

/** The same event for another element; what the browser would do with it is prevented where that element prevents it. */
function relay(event: KeyboardEvent, element: HTMLElement) {
  const copy = new KeyboardEvent(event.type, event);
  // What a constructed event leaves out is read from it all the same.
  for (const name of ["keyCode", "which", "charCode"] as const) Object.defineProperty(copy, name, { value: event[name] });
  copy.getModifierState = (key) => event.getModifierState(key);
  element.dispatchEvent(copy);
  if (copy.defaultPrevented) event.preventDefault();
}

/** Mouse and fingers. Where the desktop announces touches they go there as such, else they move the mouse. */
export function pointersOf(Guacamole: Library, client: Client, mayControl: boolean) {
  const display = client.getDisplay();
  const element = display.getElement();
  const mouse = new Guacamole.Mouse(element);
  const fingers = fingersOf(element, moved, (down, keysym) => client.sendKeyEvent(down, keysym));
  const touchpad = new Guacamole.Mouse.Touchpad(element);
  let mode: TouchMode | "touches" = storedTouchMode();
  let ownCursor = false;

  display.oncursor = (canvas, x, y) => {
    ownCursor = mouse.setCursor(canvas, x, y);
    display.showCursor(!ownCursor);
  };
  function moved(state: GuacamoleNamespace.Mouse.State) {
    // A finger hides no cursor, and on a touchpad it is the only sign of where the pointer is.
    display.showCursor(true);
    client.sendMouseState(state, true);
  }
  const hovered = (event: GuacamoleNamespace.PointerEvent<GuacamoleNamespace.Mouse.State>) => {
    event.preventDefault();
    display.showCursor(!ownCursor);
    client.sendMouseState(event.state, true);
  };
  const stroked = (event: GuacamoleNamespace.PointerEvent<GuacamoleNamespace.Mouse.State>) => {
    event.preventDefault();
    moved(event.state);
  };
  const touched = (event: GuacamoleNamespace.PointerEvent<GuacamoleNamespace.Touch.State>) => {
    event.preventDefault();
    client.sendTouchState(event.state, true);
  };
  if (!mayControl) return { use: () => undefined };
  function take(next: TouchMode | "touches") {
    if (mode === "touchpad") touchpad.offEach(pressed, stroked);
    mode = next;
    fingers.use(mode === "touchscreen");
    if (mode === "touchpad") touchpad.onEach(pressed, stroked);
  }
  mouse.onEach(pressed, hovered);
  take(mode);
  client.onmultitouch = (_layer, touches) => {
    if (touches === 0) return;
    take("touches");
    new Guacamole.Touch(element).onEach(["touchstart", "touchmove", "touchend"], touched);
    client.onmultitouch = null;
  };
  return {
    use(next: TouchMode) {
      if (mode !== "touches") take(next);
    },
  };
}
