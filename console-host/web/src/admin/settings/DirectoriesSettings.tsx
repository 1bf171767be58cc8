import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ErrorNote } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { blankDirectory, directoryHealthQuery, directoryKeys, type DirectoriesSection, type Directory, type DirectoryState } from "./directories";
import { DirectoryFields } from "./DirectoryFields";
import { DirectoryTest } from "./DirectoryTest";
import { ListEditor } from "./ListEditor";
import { SettingsForm } from "./SettingsForm";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";

/** LDAP directories in the order in which they are asked, how they answer, and a try before anybody depends on them. */
export default function DirectoriesSettings({ onSaved }: SectionFormProps) {
  const section = useSection<DirectoriesSection>("directories");
  const client = useQueryClient();
  const states = useQuery(directoryHealthQuery).data ?? [];
  const stateOf = (directory: Directory) => states.find((one) => one.name === directory.name);

  function saved() {
    void client.invalidateQueries({ queryKey: directoryKeys.health });
    onSaved?.();
  }
  return (
    <>
      <SettingsForm section={section} onSaved={saved}>
        {({ value, set, errors, fixed }) => (
          <ListEditor
            field="directories" legend="Directories" one="directory" items={value.directories} onChange={set("directories")} blank={blankDirectory}
            titleOf={(directory) => directory.title || directory.name} noteOf={(directory) => <DirectoryBadges directory={directory} state={stateOf(directory)} />}
            empty="Passwords are checked against local accounts only. A directory is an LDAP server or Active Directory that is asked for names that no local account has."
            lost={(directory) => `People who came in by ${directory.title || directory.name} cannot sign in any more, and their sessions end within minutes.`} ordered errors={errors} fixed={fixed}
          >
            {(directory, change, own) => (
              <>
                <Fault state={stateOf(directory)} />
                <DirectoryFields directory={directory} change={change} errors={own} />
                {fixed ? null : <DirectoryTest directory={directory} />}
              </>
            )}
          </ListEditor>
        )}
      </SettingsForm>
      {section.view?.fixed ? section.view.value.directories.map((directory) => (
        <section key={directory.name} aria-label={directory.name}>
          <h3>{directory.title || directory.name} <DirectoryBadges directory={directory} state={stateOf(directory)} /></h3>
          <Fault state={stateOf(directory)} />
          <DirectoryTest directory={directory} />
        </section>
      )) : null}
    </>
  );
}

function DirectoryBadges({ directory, state }: { directory: Directory; state: DirectoryState | undefined }) {
  const open = directory.url.startsWith("ldap://") && !directory.startTls;
  return (
    <>
      {open ? <span className="badge badge-bad">Not encrypted</span> : null}
      {!directory.enabled ? <span className="badge badge-idle">Off</span> : state?.fault ? <span className="badge badge-bad">Failing</span> : state?.lastAnswerAt ? <span className="badge badge-good">Answers</span> : null}
    </>
  );
}

function Fault({ state }: { state: DirectoryState | undefined }) {
  return state?.fault && state.faultAt ? <ErrorNote>It failed <Time at={state.faultAt} />: {state.message}</ErrorNote> : null;
}
