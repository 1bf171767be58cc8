import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { buttonClass } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { localPath } from "./navigation";
import { offersQuery, providerSentence } from "./offers";

/** One button for each provider; real links, because they lead out of the console. */
export function ProviderButtons({ withPassword }: { withPassword: boolean }) {
  const [search] = useSearchParams();
  const { data } = useQuery(offersQuery);
  if (!data?.providers.length) return null;
  const destination = encodeURIComponent(localPath(search.get("return")));
  return (
    <div className="providers">
      {withPassword ? <p className="providers-or muted">or</p> : null}
      <ul>
        {data.providers.map(({ name, title, url }) => (
          <li key={name}><a className={buttonClass(withPassword ? "secondary" : "primary")} href={`${url}?return=${destination}`}>Sign in with {title}</a></li>
        ))}
      </ul>
    </div>
  );
}

/** Why the way back from a provider led here again. */
export function ProviderProblem() {
  const [search] = useSearchParams();
  const { data } = useQuery(offersQuery);
  const code = search.get("error");
  if (!code) return null;
  const name = search.get("provider");
  return <ErrorNote>{providerSentence(code, data?.providers.find((one) => one.name === name)?.title ?? "the provider")}</ErrorNote>;
}
