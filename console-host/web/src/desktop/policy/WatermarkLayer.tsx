import { useEffect, type RefObject } from "react";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { sessionPolicyQuery } from "./policyApi";
import { keepWatermark } from "./watermark";

const aMinute = 60_000;

/** The name of who looks, where the rules want it: with the address that the server sees, and the time. */
export function WatermarkLayer({ desktop, screen }: { desktop: string; screen: RefObject<HTMLElement | null> }) {
  const me = useQuery(meQuery).data?.userName;
  const address = useQuery(sessionPolicyQuery(desktop)).data?.address;
  useEffect(() => {
    const host = screen.current?.parentElement;
    if (!host) return;
    const text = () => [me, address, new Date().toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" })].filter(Boolean).join(" · ");
    const mark = keepWatermark(host, text());
    const clock = setInterval(() => mark.say(text()), aMinute);
    return () => {
      clearInterval(clock);
      mark.stop();
    };
  }, [screen, me, address]);
  return null;
}
