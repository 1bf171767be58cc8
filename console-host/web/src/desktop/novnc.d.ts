/** The part of noVNC's public interface that the page uses; the package brings no types. */
declare module "@novnc/novnc" {
  export interface RfbEventMap {
    connect: CustomEvent<Record<string, never>>;
    disconnect: CustomEvent<{ clean: boolean }>;
    clipboard: CustomEvent<{ text: string }>;
    securityfailure: CustomEvent<{ status: number; reason?: string }>;
    credentialsrequired: CustomEvent<{ types: string[] }>;
  }

  export default class RFB {
    constructor(target: HTMLElement, channel: WebSocket | string, options?: { shared?: boolean; wsProtocols?: string[] });
    viewOnly: boolean;
    clipViewport: boolean;
    dragViewport: boolean;
    scaleViewport: boolean;
    resizeSession: boolean;
    background: string;
    showDotCursor: boolean;
    qualityLevel: number;
    compressionLevel: number;
    addEventListener<K extends keyof RfbEventMap>(kind: K, listener: (event: RfbEventMap[K]) => void): void;
    removeEventListener<K extends keyof RfbEventMap>(kind: K, listener: (event: RfbEventMap[K]) => void): void;
    clipboardPasteFrom(text: string): void;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    blur(): void;
    sendCtrlAltDel(): void;
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    focusOnClick: boolean;
    /** Not public: see denseRfb.ts. */
    _requestRemoteResize(): void;
    _screenSize(): { w: number; h: number };
  }
}

/** An inner part of noVNC, which its package does not export: vite.config.ts gives it this name. */
declare module "novnc-gestures" {
  export interface Gesture {
    type: "onetap" | "twotap" | "threetap" | "drag" | "longpress" | "twodrag" | "pinch";
    clientX: number;
    clientY: number;
    /** How far two fingers have come, or are apart, in the page's pixels. */
    magnitudeX: number;
    magnitudeY: number;
  }

  /** Tells the element that it is attached to of `gesturestart`, `gesturemove` and `gestureend`. */
  export default class GestureHandler {
    attach(element: HTMLElement): void;
    detach(): void;
  }
}
