/** The part of guacamole-common-js 1.5 that the page uses; the package brings no types. */
declare module "guacamole-common-js" {
  namespace Guacamole {
    class Status {
      constructor(code: number, message?: string);
      code: number;
      message?: string;
      isError(): boolean;
    }

    class Tunnel {
      state: number;
      onerror: ((status: Status) => void) | null;
      onstatechange: ((state: number) => void) | null;
      oninstruction: ((opcode: string, parameters: string[]) => void) | null;
      connect(data?: string): void;
      disconnect(): void;
      sendMessage(...elements: (string | number)[]): void;
      setState(state: number): void;
      isConnected(): boolean;
    }
    namespace Tunnel {
      const State: { CONNECTING: number; OPEN: number; CLOSED: number; UNSTABLE: number };
    }

    class Parser {
      oninstruction: ((opcode: string, parameters: string[]) => void) | null;
      receive(text: string): void;
    }

    class InputStream {
      readonly index: number;
      onblob: ((base64: string) => void) | null;
      onend: (() => void) | null;
      sendAck(message: string, code: number): void;
    }

    class OutputStream {
      readonly index: number;
      onack: ((status: Status) => void) | null;
      sendBlob(base64: string): void;
      sendEnd(): void;
    }

    class StringReader {
      constructor(stream: InputStream);
      ontext: ((text: string) => void) | null;
      onend: (() => void) | null;
    }

    class StringWriter {
      constructor(stream: OutputStream);
      sendText(text: string): void;
      sendEnd(): void;
    }

    class Object {
      readonly index: number;
      onundefine: (() => void) | null;
      requestInputStream(name: string, callback: (stream: InputStream, mimetype: string) => void): void;
      createOutputStream(mimetype: string, name: string): OutputStream;
    }
    namespace Object {
      const ROOT_STREAM: string;
      const STREAM_INDEX_MIMETYPE: string;
    }

    class Layer {
      width: number;
      height: number;
      getCanvas(): HTMLCanvasElement;
    }

    class Display {
      oncursor: ((canvas: HTMLCanvasElement, x: number, y: number) => void) | null;
      onresize: ((width: number, height: number) => void) | null;
      getElement(): HTMLElement;
      getDefaultLayer(): Layer;
      getWidth(): number;
      getHeight(): number;
      getScale(): number;
      scale(scale: number): void;
      showCursor(shown?: boolean): void;
      flatten(): HTMLCanvasElement;
      flush(callback?: () => void): void;
      cancel(): void;
    }

    class AudioPlayer {
      sync(): void;
      static getInstance(stream: InputStream, mimetype: string): AudioPlayer | null;
      static getSupportedTypes(): string[];
    }

    const AudioContextFactory: { singleton: AudioContext | null; getAudioContext(): AudioContext | null };

    class Client {
      constructor(tunnel: Tunnel);
      onstatechange: ((state: number) => void) | null;
      onerror: ((status: Status) => void) | null;
      onsync: ((timestamp: number, frames: number) => void) | null;
      onclipboard: ((stream: InputStream, mimetype: string) => void) | null;
      onfile: ((stream: InputStream, mimetype: string, name: string) => void) | null;
      onfilesystem: ((object: Object, name: string) => void) | null;
      onmsg: ((code: number, values: string[]) => void) | null;
      onaudio: ((stream: InputStream, mimetype: string) => AudioPlayer | null) | null;
      onrequired: ((names: string[]) => void) | null;
      onmultitouch: ((layer: Layer, touches: number) => void) | null;
      connect(data?: string): void;
      disconnect(): void;
      getDisplay(): Display;
      sendSize(width: number, height: number): void;
      sendKeyEvent(pressed: 0 | 1, keysym: number): void;
      sendMouseState(state: Mouse.State, applyDisplayScale?: boolean): void;
      sendTouchState(state: Touch.State, applyDisplayScale?: boolean): void;
      createArgumentValueStream(mimetype: string, name: string): OutputStream;
      createClipboardStream(mimetype: string): OutputStream;
      createFileStream(mimetype: string, name: string): OutputStream;
      exportState(callback: (state: unknown) => void): void;
      importState(state: unknown, callback?: () => void): void;
    }
    namespace Client {
      const State: { IDLE: number; CONNECTING: number; WAITING: number; CONNECTED: number; DISCONNECTING: number; DISCONNECTED: number };
    }

    class Keyboard {
      constructor(element?: HTMLElement);
      onkeydown: ((keysym: number) => boolean | undefined) | null;
      onkeyup: ((keysym: number) => void) | null;
      press(keysym: number): boolean;
      release(keysym: number): void;
      reset(): void;
    }

    interface PointerEvent<State> {
      readonly type: string;
      readonly state: State;
      preventDefault(): void;
      stopPropagation(): void;
    }
    interface PointerSource<State> {
      onEach(types: string[], listener: (event: PointerEvent<State>) => void): void;
      offEach(types: string[], listener: (event: PointerEvent<State>) => void): boolean;
    }

    class Mouse implements PointerSource<Mouse.State> {
      constructor(element: HTMLElement);
      currentState: Mouse.State;
      onEach(types: string[], listener: (event: PointerEvent<Mouse.State>) => void): void;
      offEach(types: string[], listener: (event: PointerEvent<Mouse.State>) => void): boolean;
      setCursor(canvas: HTMLCanvasElement, x: number, y: number): boolean;
    }
    namespace Mouse {
      interface State {
        x: number;
        y: number;
        left: boolean;
        middle: boolean;
        right: boolean;
        up: boolean;
        down: boolean;
      }
      class Touchpad extends Mouse {}
    }

    class Touch implements PointerSource<Touch.State> {
      constructor(element: HTMLElement);
      onEach(types: string[], listener: (event: PointerEvent<Touch.State>) => void): void;
      offEach(types: string[], listener: (event: PointerEvent<Touch.State>) => void): boolean;
    }
    namespace Touch {
      interface State {
        id: number;
        x: number;
        y: number;
        radiusX: number;
        radiusY: number;
        angle: number;
        force: number;
      }
    }
  }
  export default Guacamole;
}
