import { SelectField, TextField } from "../../ui/Field";
import { ErrorNote } from "../../ui/Notes";
import type { Directory } from "./directories";
import type { FieldErrors } from "./fieldErrors";
import { SecretField } from "./SecretField";
import { TextArea } from "./TextArea";

interface FieldsProps {
  directory: Directory;
  change: (members: Partial<Directory>) => void;
  errors: FieldErrors;
}

export function DirectoryFields(props: FieldsProps) {
  const { directory, change, errors } = props;
  return (
    <>
      <TextField label="Name" literal value={directory.name} onChange={(name) => change({ name })} error={errors.name} description="Lower-case letters, digits and hyphens. It is part of who its people are: with another name they are new people." />
      <TextField label="Title" value={directory.title ?? ""} onChange={(title) => change({ title })} error={errors.title} description="What people call it." />
      <Check label="Ask it when people sign in" checked={directory.enabled} onChange={(enabled) => change({ enabled })} />
      <SelectField
        label="Kind" value={directory.kind} onChange={(kind) => change({ kind: kind as Directory["kind"] })} error={errors.kind}
        options={[{ value: "openLdap", label: "OpenLDAP, 389 Directory Server and others" }, { value: "activeDirectory", label: "Active Directory, also Samba's" }]}
      />
      <Connection {...props} />
      <TextField label="Account that searches" literal value={directory.bindDn ?? ""} onChange={(bindDn) => change({ bindDn })} error={errors.bindDn} description="Its whole name, for example cn=search,dc=example,dc=org. Empty: searches are made without an account." />
      <SecretField label="Its password" value={directory.bindPassword} onChange={(bindPassword) => change({ bindPassword })} error={errors.bindPassword} />
      <People {...props} />
      <Groups {...props} />
      <Accounts {...props} />
    </>
  );
}

function Connection({ directory, change, errors }: FieldsProps) {
  const plain = directory.url.startsWith("ldap://");
  const open = plain && !directory.startTls;
  return (
    <>
      <TextField
        label="Address" literal value={directory.url} error={errors.url} description="ldaps://HOST, or ldap://HOST with encryption started before anything is said."
        onChange={(url) => change(url.startsWith("ldap://") ? { url } : { url, startTls: false, allowUnencrypted: false })}
      />
      {plain ? <Check label="Start encryption (StartTLS)" checked={directory.startTls} onChange={(startTls) => change({ startTls, allowUnencrypted: false })} error={errors.startTls} /> : null}
      {open ? <Check label="Allow passwords to travel unencrypted" checked={directory.allowUnencrypted} onChange={(allowUnencrypted) => change({ allowUnencrypted })} error={errors.allowUnencrypted} /> : null}
      {open && directory.allowUnencrypted ? <ErrorNote>Every password that somebody types travels in clear and can be read on the way. Only for a directory on the same machine.</ErrorNote> : null}
      {open ? null : (
        <TextArea
          label="Certificates of its authorities" value={directory.caCertificates ?? ""} onChange={(caCertificates) => change({ caCertificates })} error={errors.caCertificates}
          description="PEM text, or the path of a file on the api's machine. Empty: the authorities that the machine trusts. The certificate is always checked."
        />
      )}
      <TextField
        label="Seconds it may take" inputMode="numeric" value={String(directory.timeoutSeconds)} error={errors.timeoutSeconds}
        onChange={(text) => change({ timeoutSeconds: Number.parseInt(text, 10) || 0 })} description="For all that one sign-in asks of it."
      />
    </>
  );
}

function People({ directory, change, errors }: FieldsProps) {
  const active = directory.kind === "activeDirectory";
  return (
    <>
      <TextField label="Where people are" literal value={directory.baseDn} onChange={(baseDn) => change({ baseDn })} error={errors.baseDn} description="For example ou=people,dc=example,dc=org." />
      <TextField
        label="Filter for a person" literal value={directory.userFilter ?? ""} onChange={(userFilter) => change({ userFilter })} error={errors.userFilter}
        description={`{user} stands for the name. Empty: ${active ? "(&(objectCategory=person)(objectClass=user)(sAMAccountName={user}))" : "(&(objectClass=person)(uid={user}))"}`}
      />
      <div className="settings-row">
        <Attribute label="User name is in" usual={active ? "sAMAccountName" : "uid"} value={directory.userNameAttribute} onChange={(userNameAttribute) => change({ userNameAttribute })} error={errors.userNameAttribute} />
        <Attribute label="Display name is in" usual="displayName" value={directory.displayNameAttribute} onChange={(displayNameAttribute) => change({ displayNameAttribute })} error={errors.displayNameAttribute} />
        <Attribute label="E-mail address is in" usual="mail" value={directory.emailAttribute} onChange={(emailAttribute) => change({ emailAttribute })} error={errors.emailAttribute} />
        <Attribute label="What never changes is in" usual={active ? "objectGUID" : "entryUUID"} value={directory.idAttribute} onChange={(idAttribute) => change({ idAttribute })} error={errors.idAttribute} />
      </div>
    </>
  );
}

function Groups({ directory, change, errors }: FieldsProps) {
  return (
    <>
      <SelectField
        label="Groups" value={directory.groups} onChange={(groups) => change({ groups: groups as Directory["groups"], nestedGroups: groups === "search" && directory.nestedGroups })}
        options={[{ value: "memberOf", label: "The person's entry names them (memberOf)" }, { value: "search", label: "Search for groups that name the person" }, { value: "none", label: "None" }]}
      />
      {directory.groups === "search" ? (
        <>
          <TextField label="Where groups are" literal value={directory.groupBaseDn ?? ""} onChange={(groupBaseDn) => change({ groupBaseDn })} error={errors.groupBaseDn} description="Empty: where people are." />
          <TextField label="Filter for a person's groups" literal value={directory.groupFilter ?? ""} onChange={(groupFilter) => change({ groupFilter })} error={errors.groupFilter} description="{dn} and {user} stand for the person. Empty: by the kind." />
          <Attribute label="A group's name is in" usual="cn" value={directory.groupNameAttribute} onChange={(groupNameAttribute) => change({ groupNameAttribute })} error={errors.groupNameAttribute} />
          {directory.kind === "activeDirectory" ? <Check label="Groups within groups count too" checked={directory.nestedGroups} onChange={(nestedGroups) => change({ nestedGroups })} error={errors.nestedGroups} /> : null}
        </>
      ) : null}
    </>
  );
}

function Accounts({ directory, change, errors }: FieldsProps) {
  return (
    <>
      <TextField
        label="Roles of new accounts" literal value={directory.defaultRoles.join(",")} error={errors.defaultRoles} description="Names with commas between. Administrators are made by giving a group the role."
        onChange={(text) => change({ defaultRoles: text === "" ? [] : text.split(",").map((role) => role.trim()) })}
      />
      <TextField label="Where self-registration makes accounts" literal value={directory.createIn ?? ""} onChange={(createIn) => change({ createIn })} error={errors.createIn} description="Empty: it makes none here. The account that searches must be allowed to add entries there." />
      {directory.createIn ? (
        <TextArea label="Groups of such accounts" value={directory.createInGroups.join("\n")} onChange={(text) => change({ createInGroups: text === "" ? [] : text.split("\n") })} error={errors.createInGroups} description="Whole names, one in each line." />
      ) : null}
    </>
  );
}

function Attribute({ label, usual, value, onChange, error }: { label: string; usual: string; value: string | null | undefined; onChange: (value: string) => void; error: string | undefined }) {
  return <TextField label={label} literal value={value ?? ""} onChange={onChange} error={error} description={`Empty: ${usual}`} />;
}

function Check({ label, checked, onChange, error }: { label: string; checked: boolean; onChange: (checked: boolean) => void; error?: string | undefined }) {
  return (
    <>
      <label className="check">
        <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
        <span>{label}</span>
      </label>
      {error ? <span className="react-aria-FieldError">{error}</span> : null}
    </>
  );
}
