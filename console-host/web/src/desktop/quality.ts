import { useEffect, useRef, useState } from "react";
import { Adaptation } from "./adaptation";
import type { ScreenLink } from "./screenLink";
import { recall, remember } from "./remembered";

export type Quality = "sharp" | "balanced" | "fast";
export type QualityChoice = "automatic" | Quality;

export const qualities: { value: QualityChoice; label: string }[] = [
  { value: "automatic", label: "Automatic" },
  { value: "sharp", label: "Sharp" },
  { value: "balanced", label: "Balanced" },
  { value: "fast", label: "Fast, for slow lines" },
];

const storageKey = "cws.quality";

export const storedQuality = (): QualityChoice => recall(storageKey, qualities.map(({ value }) => value), "automatic");

/** What an engine starts with: the measurements that "automatic" needs come later. */
export const firstQuality = (choice: QualityChoice): Quality => (choice === "automatic" ? "balanced" : choice);

/** The person's choice, and what it comes to right now. */
export function useQuality(link: ScreenLink | null) {
  const [choice, setChoice] = useState(storedQuality);
  const [adapted, setAdapted] = useState<Quality>("balanced");
  const latest = useRef(adapted);
  const used = choice === "automatic" ? adapted : choice;

  useEffect(() => {
    if (link?.quality.live) link.quality.use(used);
  }, [link, used]);
  useEffect(() => {
    if (choice !== "automatic" || !link?.quality.live) return;
    const adaptation = new Adaptation(latest.current);
    return link.measure((statistics) => {
      const next = document.hidden ? null : adaptation.sample(statistics);
      if (!next) return;
      latest.current = next;
      setAdapted(next);
    });
  }, [link, choice]);

  function choose(next: QualityChoice) {
    remember(storageKey, next);
    setChoice(next);
  }
  return { choice, used, choose };
}
