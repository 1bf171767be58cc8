import { useQuery } from "@tanstack/react-query";
import { webhookStatusQuery } from "./webhooks";

/** On the card of the section: whether somebody does not get what they are sent. */
export default function FailingWebhooks() {
  const failing = useQuery(webhookStatusQuery).data?.filter((one) => one.state === "failing" || one.state === "gone") ?? [];
  return failing.length === 0 ? null : <span className="badge badge-bad">{failing.length === 1 ? `${failing[0]?.name} is failing` : `${failing.length} are failing`}</span>;
}
