import { duration } from "../ui/time";
import type { Recording, RecordingState } from "./recordingsApi";

export const stateWords: Record<RecordingState, string> = {
  recording: "Being recorded",
  complete: "Complete",
  broken: "Broke off",
  expired: "Being deleted",
};

/** "0:05", "12:34", "1:02:03". */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export const lengthOf = ({ durationMilliseconds }: Recording) => (durationMilliseconds === null || durationMilliseconds === undefined ? "" : duration(durationMilliseconds / 1000));

export function sizeOf({ bytes }: Recording): string {
  if (bytes === null || bytes === undefined) return "";
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
