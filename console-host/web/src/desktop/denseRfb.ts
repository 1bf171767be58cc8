import type RFB from "@novnc/novnc";
import { remoteSize } from "./view";

type RfbClass = typeof RFB;

/** noVNC asks the desktop for a screen in the page's pixels; this asks for one in the display's. Two of its inner functions are used for it. */
export function denseRfb(Base: RfbClass) {
  return class DenseRfb extends Base {
    dense = false;
    private asking = false;

    override _requestRemoteResize() {
      this.asking = true;
      try {
        super._requestRemoteResize();
      } finally {
        this.asking = false;
      }
    }

    override _screenSize() {
      const { w, h } = super._screenSize();
      if (!this.asking) return { w, h };
      const { width, height } = remoteSize(w, h, this.dense);
      return { w: width, h: height };
    }
  };
}
