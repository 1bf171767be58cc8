import { useQuery } from "@tanstack/react-query";
import { PanelBox } from "../Toolbar";
import type { ScreenLink } from "../screenLink";
import { sessionPolicyQuery } from "./policyApi";
import { lookOnly, rulesOf, type Rule } from "./rules";

/** What this session may and may not do, and who says so. A guest sees the rules without the reasons. */
export function RulesPanel({ desktop, link }: { desktop: string; link: ScreenLink }) {
  const policy = useQuery(sessionPolicyQuery(desktop));
  if (policy.isPending) return <PanelBox label="Rules"><p className="muted">Asking for the rules…</p></PanelBox>;
  const rules = rulesOf(policy.data?.session ?? link.session, policy.data?.members);
  const limits = rules.filter((rule) => rule.restricts);
  return (
    <PanelBox label="Rules">
      {link.access === "view" ? <p><strong>{lookOnly}</strong></p> : null}
      {limits.length === 0 ? <p><strong>Nothing is off in this desktop.</strong></p> : <RuleList heading="Off, limited or watched" rules={limits} />}
      <RuleList heading="As usual" rules={rules.filter((rule) => !rule.restricts)} />
      <p className="muted">The connection service keeps these rules. Whoever gets around the page is disconnected.</p>
    </PanelBox>
  );
}

function RuleList({ heading, rules }: { heading: string; rules: Rule[] }) {
  if (rules.length === 0) return null;
  return (
    <section className="rules" aria-label={heading}>
      <h2>{heading}</h2>
      <ul>
        {rules.map((rule) => <li key={rule.name}>{rule.sentence}{rule.restricts && rule.because ? <span className="muted"> {rule.because}</span> : null}</li>)}
      </ul>
    </section>
  );
}
