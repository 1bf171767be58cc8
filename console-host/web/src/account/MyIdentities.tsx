import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { call } from "../api/http";
import { messageOf } from "../api/problem";
import { useProof } from "../factor/proof";
import { providerSentence } from "../session/offers";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { ErrorNote, InfoNote } from "../ui/Notes";

interface Identity {
  source: string;
  name?: string | null;
  title: string;
  removable: boolean;
}

interface MyIdentitiesAnswer {
  linked: Identity[];
  offered: { name: string; title: string }[];
}

const path = "/api/v1/me/identities";
const key = ["me", "identities"] as const;

/** The providers that sign me in: link one, remove one. Nothing where there are none. */
export function MyIdentities() {
  const mine = useQuery({ queryKey: key, queryFn: ({ signal }) => call<MyIdentitiesAnswer>(path, { signal }) });
  const { withProof, proofDialog } = useProof();
  const link = useMutation({
    mutationFn: (name: string) => withProof(() => call<{ continueAt: string }>(`${path}/${encodeURIComponent(name)}`, { method: "POST" })),
    onSuccess: ({ continueAt }) => window.location.assign(continueAt),
  });
  if (!mine.data || mine.data.linked.length + mine.data.offered.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="identities">
      <h2 id="identities">Other ways to sign in</h2>
      <ComeBack mine={mine.data} />
      <ul className="history" aria-label="Other ways to sign in">{mine.data.linked.map((one) => <Line key={one.source} identity={one} withProof={withProof} />)}</ul>
      <div className="row-actions">
        {mine.data.offered.map(({ name, title }) => (
          <Button key={name} isPending={(link.isPending || link.isSuccess) && link.variables === name} onPress={() => link.mutate(name)}>Link {title}</Button>
        ))}
      </div>
      {link.error ? <ErrorNote>{messageOf(link.error)}</ErrorNote> : null}
      {proofDialog}
    </section>
  );
}

/** What became of a visit to a provider. */
function ComeBack({ mine }: { mine: MyIdentitiesAnswer }) {
  const [search] = useSearchParams();
  const titleOf = (name: string | null) => [...mine.linked, ...mine.offered].find((one) => one.name === name)?.title ?? "the provider";
  const error = search.get("error");
  if (error) return <ErrorNote>{linkSentence(error, titleOf(search.get("provider")))}</ErrorNote>;
  return search.get("linked") ? <InfoNote>From now on, {titleOf(search.get("linked"))} signs you in, too.</InfoNote> : null;
}

function linkSentence(code: string, provider: string): string {
  switch (code) {
    case "identity_taken":
      return `That account at ${provider} belongs to another account here. Sign in with it and remove the link there, or ask your administrator.`;
    case "session_ended":
      return "Your session ended meanwhile. Begin again.";
    default:
      return providerSentence(code, provider);
  }
}

function Line({ identity, withProof }: { identity: Identity; withProof: <T>(work: () => Promise<T>) => Promise<T> }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = () => withProof(() => call<undefined>(`${path}/${encodeURIComponent(identity.name ?? "")}`, { method: "DELETE" })).then(() => client.invalidateQueries({ queryKey: key }));
  return (
    <li>
      <strong>{identity.title}</strong>
      <span className="muted">{identity.name ? "Provider" : "Directory: its password is changed there"}</span>
      {identity.removable ? <Button small aria-label={`Unlink: ${identity.title}`} onPress={() => setAsking(true)}>Unlink</Button> : null}
      <ConfirmDialog title={`Unlink ${identity.title}?`} isOpen={asking} onClose={() => setAsking(false)} confirmLabel="Unlink" danger onConfirm={remove}>
        <p>It no longer signs you in here, and what its groups gave you is gone. Where it signed you in elsewhere, you are signed out.</p>
      </ConfirmDialog>
    </li>
  );
}
