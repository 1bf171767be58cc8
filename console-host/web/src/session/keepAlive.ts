import { renewal } from "./renewal";
import { sessionEnded } from "./navigation";

const retryAfter = 10_000;
const longestTimer = 10 * 60_000;

/** Renews ahead of expiry, and at once after sleep, when the tab is shown again, or when the network returns. */
export function keepSessionAlive(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function check() {
    clearTimeout(timer);
    let next = renewal.delay();
    if (renewal.isDue()) {
      const result = await renewal.renew();
      if (stopped) return;
      if (result === "ended") return sessionEnded();
      next = result === "unreachable" ? retryAfter : renewal.delay();
    }
    // Timers stand still while a machine sleeps: look again at least this often.
    timer = setTimeout(check, Math.min(Math.max(next, 1_000), longestTimer));
  }
  const wake = () => {
    if (document.visibilityState === "visible") void check();
  };

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  void check();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("online", wake);
    window.removeEventListener("pageshow", wake);
  };
}
