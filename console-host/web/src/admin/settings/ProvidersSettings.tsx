import { useMutation, useQuery } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { SelectField, TextField } from "../../ui/Field";
import { ErrorNote } from "../../ui/Notes";
import { errorsUnder, type FieldErrors } from "./fieldErrors";
import { ListEditor } from "./ListEditor";
import { blankProvider, issuers, registrationQuery, testProvider, type Findings, type Provider, type ProvidersSection } from "./providers";
import { SecretField } from "./SecretField";
import { SettingsForm } from "./SettingsForm";
import { TextListField } from "./TextListField";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";

interface FieldsProps {
  provider: Provider;
  change: (members: Partial<Provider>) => void;
  errors: FieldErrors;
}

/** Who else may say who somebody is: OpenID Connect providers, GitHub, Facebook. */
export default function ProvidersSettings({ onSaved }: SectionFormProps) {
  const section = useSection<ProvidersSection>("providers");
  const stored = new Set(section.view?.value.providers.map((provider) => provider.name));
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value, set, errors, fixed }) => (
        <ListEditor
          field="providers" legend="Providers" one="provider" items={value.providers} onChange={set("providers")} blank={blankProvider}
          titleOf={(provider) => provider.title || provider.name} noteOf={(provider) => (provider.enabled ? null : <span className="badge badge-idle">Off</span>)}
          empty="People sign in with accounts of this installation alone. A provider lets them use the account that they have already."
          lost={(provider) => `Nobody can sign in with ${provider.title || provider.name} any more. Accounts and desktops stay.`} errors={errors} fixed={fixed}
        >
          {(provider, change, own) => (
            <>
              <Identity provider={provider} change={change} errors={own} isStored={stored.has(provider.name)} />
              {provider.kind === "oidc" ? <Issuer provider={provider} change={change} errors={own} /> : <Endpoints provider={provider} change={change} errors={own} />}
              <Client provider={provider} change={change} errors={own} />
              <Admission provider={provider} change={change} errors={own} />
              <Claims provider={provider} change={change} errors={own} />
              {provider.kind === "oidc" ? <Together provider={provider} change={change} errors={own} /> : null}
            </>
          )}
        </ListEditor>
      )}
    </SettingsForm>
  );
}

function Identity({ provider, change, errors, isStored }: FieldsProps & { isStored: boolean }) {
  return (
    <>
      <SelectField
        label="Kind" value={provider.kind} error={errors.kind}
        onChange={(kind) => change({ kind: kind as Provider["kind"], ...(kind === "oidc" ? { authorizationEndpoint: "", tokenEndpoint: "", userInfoEndpoint: "" } : { issuer: "", tokenExchange: false }) })}
        options={[{ value: "oidc", label: "OpenID Connect" }, { value: "github", label: "GitHub" }, { value: "facebook", label: "Facebook" }]}
      />
      <TextField label="Title" value={provider.title ?? ""} onChange={(title) => change({ title })} error={errors.title} description="The button says “Sign in with …”." />
      <TextField
        label="Name" literal value={provider.name} onChange={(name) => change({ name })} error={errors.name} isReadOnly={isStored}
        description={isStored ? "Accounts know the provider by this name, so it stays." : "Lower-case letters, digits and hyphens. It is part of the addresses below and stays as it is."}
      />
      <label className="check">
        <input type="checkbox" checked={provider.enabled} onChange={(event) => change({ enabled: event.target.checked })} />
        People may sign in with it
      </label>
      <Addresses provider={provider} />
    </>
  );
}

/** What the provider has to be told. */
function Addresses({ provider }: { provider: Provider }) {
  const valid = /^[a-z0-9][a-z0-9-]{0,31}$/.test(provider.name);
  const { data } = useQuery({ ...registrationQuery(provider.name), enabled: valid });
  if (!valid || !data) return <p className="muted">With a name, the addresses to register at the provider are shown here.</p>;
  return (
    <dl className="facts addresses">
      <Address label="Redirect URI" address={data.redirectUri} />
      {provider.kind === "oidc" ? <Address label="After signing out" address={data.signedOutUri} /> : null}
      {provider.kind === "oidc" ? <Address label="Back-channel logout" address={data.backChannelLogoutUri} /> : null}
    </dl>
  );
}

function Address({ label, address }: { label: string; address: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd><code>{address}</code> <CopyButton text={address} label={`Copy: ${label}`} /></dd>
    </div>
  );
}

function Issuer({ provider, change, errors }: FieldsProps) {
  const test = useMutation({ mutationFn: () => testProvider(provider.issuer ?? "") });
  return (
    <>
      <TextField
        label="Issuer" literal value={provider.issuer ?? ""} onChange={(issuer) => { test.reset(); change({ issuer }); }} error={errors.issuer}
        description="As the provider writes it, to the letter."
      />
      <details>
        <summary>The provider has moved</summary>
        <TextListField label="Former issuers" value={provider.formerIssuers} onChange={(formerIssuers) => change({ formerIssuers })} error={errors.formerIssuers} description="What it called itself before: its people keep their accounts. Those of any other issuer are strangers." />
      </details>
      <details>
        <summary>Where to find it</summary>
        <ul className="muted">{issuers.map(({ name, issuer }) => <li key={name}>{name}: <code>{issuer}</code></li>)}</ul>
      </details>
      <div className="form-actions">
        <Button onPress={() => test.mutate()} isPending={test.isPending} isDisabled={!provider.issuer}>Test discovery</Button>
      </div>
      <div role="status">{test.data ? <Found findings={test.data} /> : null}</div>
      {test.error ? <ErrorNote>{messageOf(test.error)}</ErrorNote> : null}
    </>
  );
}

function Found({ findings }: { findings: Findings }) {
  const usable = findings.algorithms.filter((algorithm) => algorithm === "RS256" || algorithm === "ES256");
  return (
    <ul className="muted">
      <li>It answers, and has {findings.keys} {findings.keys === 1 ? "key" : "keys"} that we verify with ({usable.join(", ") || "none of RS256 and ES256 announced"}).</li>
      <li>Sign-out there: {findings.endSessionEndpoint ? "yes" : "it offers none"}. It tells us when somebody signs out: {findings.backChannelLogout ? "yes" : "no"}.</li>
      <li>Its answers name their issuer: {findings.issuerParameter ? "yes, and they are held to it" : "no"}.</li>
    </ul>
  );
}

function Endpoints({ provider, change, errors }: FieldsProps) {
  return (
    <details>
      <summary>Addresses of an installation of your own</summary>
      <div className="form">
        <TextField label="Authorization endpoint" literal value={provider.authorizationEndpoint ?? ""} onChange={(authorizationEndpoint) => change({ authorizationEndpoint })} error={errors.authorizationEndpoint} />
        <TextField label="Token endpoint" literal value={provider.tokenEndpoint ?? ""} onChange={(tokenEndpoint) => change({ tokenEndpoint })} error={errors.tokenEndpoint} />
        <TextField label="User endpoint" literal value={provider.userInfoEndpoint ?? ""} onChange={(userInfoEndpoint) => change({ userInfoEndpoint })} error={errors.userInfoEndpoint} />
      </div>
    </details>
  );
}

function Client({ provider, change, errors }: FieldsProps) {
  return (
    <>
      <TextField label="Client ID" literal value={provider.clientId} onChange={(clientId) => change({ clientId })} error={errors.clientId} />
      <SecretField label="Client secret" value={provider.clientSecret} onChange={(clientSecret) => change({ clientSecret })} error={errors.clientSecret} description={provider.kind === "oidc" ? "Leave it empty for a public client." : undefined} />
    </>
  );
}

function Admission({ provider, change, errors }: FieldsProps) {
  return (
    <>
      <TextListField label="Only e-mail domains" value={provider.allowedDomains} onChange={(allowedDomains) => change({ allowedDomains })} error={errors.allowedDomains} description="With commas between them; the address must be verified there. Empty: everybody whom the provider knows." />
      <TextListField label="Only groups" value={provider.allowedGroups} onChange={(allowedGroups) => change({ allowedGroups })} error={errors.allowedGroups} description="As the provider writes them. Empty: everybody." />
      <TextField
        label="Prefix of groups" literal value={provider.groupPrefix ?? ""} onChange={(groupPrefix) => change({ groupPrefix: groupPrefix === "" ? null : groupPrefix })} error={errors.groupPrefix}
        description={`Written before each group's name where several providers have groups of the same name.${provider.kind === "github" ? " Empty for “github:”." : ""}`}
      />
      <TextListField label="Roles of a new account" value={provider.roles} onChange={(roles) => change({ roles })} error={errors.roles} description="Empty for “user”. What groups give is set under Access rules." />
    </>
  );
}

function Claims({ provider, change, errors }: FieldsProps) {
  const claim = (member: keyof Provider["claims"]) => (value: string) => change({ claims: { ...provider.claims, [member]: value } });
  const own = errorsUnder(errors, "claims");
  return (
    <details>
      <summary>Scopes and claims</summary>
      <div className="form">
        <TextListField label="Scopes" value={provider.scopes} onChange={(scopes) => change({ scopes })} error={errors.scopes} description={provider.kind === "github" ? "Empty for read:user, user:email; add read:org to take organisations as groups." : "Empty for the usual ones. Many providers want one more for groups."} />
        {provider.kind === "oidc" ? (
          <>
            <TextField label="Claim of the user name" literal value={provider.claims.userName} onChange={claim("userName")} error={own.userName} />
            <TextField label="Claim of the display name" literal value={provider.claims.displayName} onChange={claim("displayName")} error={own.displayName} />
            <TextField label="Claim of the e-mail address" literal value={provider.claims.email} onChange={claim("email")} error={own.email} />
            <TextField label="Claim of the groups" literal value={provider.claims.groups} onChange={claim("groups")} error={own.groups} description="Dots lead into objects: realm_access.roles." />
          </>
        ) : null}
      </div>
    </details>
  );
}

function Together({ provider, change, errors }: FieldsProps) {
  return (
    <>
      <label className="check">
        <input type="checkbox" checked={provider.signOutAtProvider} onChange={(event) => change({ signOutAtProvider: event.target.checked })} />
        Signing out here signs out there, too
      </label>
      <label className="check">
        <input type="checkbox" checked={provider.tokenExchange} onChange={(event) => change({ tokenExchange: event.target.checked })} />
        REST clients may exchange its tokens for ours
      </label>
      {provider.tokenExchange ? (
        <>
          <TextField label="Audience of access tokens" literal value={provider.exchangeAudience ?? ""} onChange={(exchangeAudience) => change({ exchangeAudience })} error={errors.exchangeAudience} description="Empty for the client ID." />
          <TextListField label="Clients whose tokens are taken" value={provider.exchangeClients} onChange={(exchangeClients) => change({ exchangeClients })} error={errors.exchangeClients} description="Besides our own." />
        </>
      ) : null}
    </>
  );
}
