import { useQuery } from "@tanstack/react-query";
import { directoryHealthQuery } from "./directories";

/** On the card of the section: whether a directory does not answer. */
export default function DirectoriesBadge() {
  const failing = useQuery(directoryHealthQuery).data?.filter((one) => one.fault) ?? [];
  return failing.length === 0 ? null : <span className="badge badge-bad">{failing.length === 1 ? `${failing[0]?.name} is failing` : `${failing.length} are failing`}</span>;
}
