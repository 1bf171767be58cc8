import { useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { messageOf } from "../../api/problem";
import type { Desktop } from "../../api/types";
import { buttonClass } from "../../ui/Button";
import { Skeleton } from "../../ui/Notes";
import { exact } from "../../ui/time";
import { onSessionEnd } from "../../session/navigation";
import { Session } from "../DesktopScreen";
import { Curtain, Ended } from "../NotConnected";
import { linkToken } from "./linkToken";
import { sharing, type OpenedShare } from "./sharingApi";
import "./sharing.css";

/** The page behind a link: somebody else's screen, as far as they share it. */
export default function GuestScreen() {
  const [token] = useState(linkToken);
  const [signedOut, setSignedOut] = useState(false);
  const me = useQuery(meQuery).data;
  const opened = useQuery({ queryKey: ["share", token], queryFn: ({ signal }) => sharing.open(token, signal), retry: false, staleTime: Infinity, enabled: !signedOut });
  const own = me !== undefined && opened.data?.desktop.owner.id === me.id;
  useEffect(() => onSessionEnd(() => setSignedOut(true)), []);
  useEffect(() => {
    if (own && opened.data) window.location.replace(`/desktop/${opened.data.desktop.id}/`);
  }, [own, opened.data]);

  if (signedOut) return <main><Ended phase={{ name: "ended", sentence: "You were signed out, so the connection was ended.", next: "sign-in" }} onReconnect={() => undefined} /></main>;
  if (opened.error) return <NoShare sentence={messageOf(opened.error)} />;
  if (!opened.data || !me || own) return <main><Curtain title="Shared desktop"><Skeleton label="Opening the link" /></Curtain></main>;
  return (
    <Session desktop={asDesktop(opened.data)} guest={{ grant: (engine) => sharing.connect(opened.data.share, token, engine) }}>
      <GuestFacts share={opened.data} />
    </Session>
  );
}

function NoShare({ sentence }: { sentence: string }) {
  useEffect(() => {
    document.title = "Shared desktop · CloudWorkstation";
  }, []);
  return (
    <main>
      <Curtain title="This link does not work">
        <p>{sentence}</p>
        <div className="form-actions"><a className={buttonClass("primary")} href="/">My desktops</a></div>
      </Curtain>
    </main>
  );
}

function GuestFacts({ share }: { share: OpenedShare }) {
  return (
    <p className="guest-facts" data-testid="guest-facts">
      {share.desktop.owner.userName}’s desktop. You may {share.access === "control" ? "look and control" : "look only"}, until {exact(share.expiresAt)}.
    </p>
  );
}

/** As much of a desktop as a guest knows; a share works only while it runs. */
function asDesktop({ desktop }: OpenedShare): Desktop {
  return {
    id: desktop.id,
    name: desktop.name,
    owner: desktop.owner,
    template: { name: "", title: "", version: "", outdated: false },
    parameters: {},
    status: "running",
    power: "on",
    connectable: true,
    details: [],
    createdAt: "",
    updatedAt: "",
    version: 0,
  };
}
