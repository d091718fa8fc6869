//! The lines that let a scheduler of the machine run `watch --once`.
//!
//! Each looks more often than anything is due: the watch itself knows the dates, so that one which could not be
//! kept is tried again the next hour, an interval counted from the last search needs no line of its own, and no
//! scheduler has to know time zones. A look without a date costs a few milliseconds.

use crate::model::Schedule;
use crate::workflow::Workflow;
use jiff::civil::Time;
use std::collections::BTreeSet;
use std::path::Path;

/// A scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduler {
    /// systemd: a service and a timer.
    Systemd,
    /// cron: lines of a crontab.
    Cron,
    /// launchd: a property list.
    Launchd,
    /// GitHub Actions: a workflow.
    Github,
}

/// The minute of the hour at which is looked: not the first, at which everybody looks.
const MINUTE: u8 = 17;

/// The lines for a scheduler; `program` is the path of this one, `root` that of the workspace.
pub fn lines(scheduler: Scheduler, workflow: &Workflow, program: &Path, root: &Path) -> String {
    let id = &workflow.review.id;
    let program = program.display().to_string();
    let root = root.display().to_string();
    match scheduler {
        Scheduler::Systemd => systemd(workflow, &program, &root),
        Scheduler::Cron => format!(
            "# The living review {id}: `crontab -e` takes these lines.\n\
             # NCBI_EMAIL is the address that NCBI asks for.\n\
             # NCBI_EMAIL=\n\
             {MINUTE} * * * * cd {} && {} watch --once >>watch.log 2>&1\n",
            shell(&root).replace('%', "\\%"),
            shell(&program).replace('%', "\\%"),
        ),
        Scheduler::Launchd => launchd(id, &program, &root),
        Scheduler::Github => github(id),
    }
}

/// The times of the day at which a search may be due.
fn times(workflow: &Workflow) -> BTreeSet<Time> {
    let living = &workflow.living;
    let own = living.sources.iter().map(|own| &own.search);
    own.chain(living.search.as_ref())
        .filter_map(Schedule::at)
        .collect()
}

fn systemd(workflow: &Workflow, program: &str, root: &str) -> String {
    let id = &workflow.review.id;
    let unit = format!("perennial-{id}");
    let zone = &workflow.living.timezone;
    let mut exact = String::new();
    for at in times(workflow) {
        let (hour, minute) = (at.hour(), at.minute());
        exact.push_str(&format!(
            "OnCalendar=*-*-* {hour:02}:{minute:02}:00 {zone}\n"
        ));
    }
    format!(
        "# {unit}.service, in ~/.config/systemd/user/\n\
         [Unit]\n\
         Description=The living review {id}\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         WorkingDirectory={}\n\
         # NCBI_EMAIL=… stands in this file, readable by you alone.\n\
         EnvironmentFile=-%h/.config/perennial.env\n\
         ExecStart={} watch --once\n\
         \n\
         # {unit}.timer, beside it; then: systemctl --user enable --now {unit}.timer\n\
         [Unit]\n\
         Description=Dates of the living review {id}\n\
         \n\
         [Timer]\n\
         {exact}OnCalendar=*-*-* *:{MINUTE:02}:00\n\
         Persistent=true\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        specifiers(root),
        quoted_for_systemd(program),
    )
}

/// `%` begins a specifier of systemd.
fn specifiers(text: &str) -> String {
    text.replace('%', "%%")
}

/// A word of a command of systemd.
fn quoted_for_systemd(text: &str) -> String {
    let text = specifiers(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('$', "$$"))
}

/// A word of the shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn launchd(id: &str, program: &str, root: &str) -> String {
    let text = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let (program, root) = (text(program), text(root));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!-- ~/Library/LaunchAgents/perennial.{id}.plist; then: launchctl load -w that file -->\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20 <key>Label</key><string>perennial.{id}</string>\n\
         \x20 <key>ProgramArguments</key>\n\
         \x20 <array><string>{program}</string><string>watch</string><string>--once</string></array>\n\
         \x20 <key>WorkingDirectory</key><string>{root}</string>\n\
         \x20 <key>EnvironmentVariables</key>\n\
         \x20 <dict><key>NCBI_EMAIL</key><string></string></dict>\n\
         \x20 <key>StartInterval</key><integer>3600</integer>\n\
         \x20 <key>RunAtLoad</key><true/>\n\
         \x20 <key>StandardOutPath</key><string>{root}/watch.log</string>\n\
         \x20 <key>StandardErrorPath</key><string>{root}/watch.log</string>\n\
         </dict>\n\
         </plist>\n"
    )
}

fn github(id: &str) -> String {
    format!(
        "# .github/workflows/living.yml of the repository with workflow.toml and queries/.\n\
         # The database lives in a release of the repository, as a backup that each run replaces.\n\
         # People must not decide elsewhere meanwhile: this is for reviews that nobody serves.\n\
         name: living review {id}\n\
         on:\n\
         \x20 schedule:\n\
         \x20   - cron: '{MINUTE} 3 * * *'\n\
         \x20 workflow_dispatch:\n\
         concurrency: living\n\
         permissions:\n\
         \x20 contents: write\n\
         jobs:\n\
         \x20 update:\n\
         \x20   runs-on: ubuntu-latest\n\
         \x20   env:\n\
         \x20     GH_TOKEN: ${{{{ github.token }}}}\n\
         \x20     NCBI_EMAIL: ${{{{ secrets.NCBI_EMAIL }}}}\n\
         \x20   steps:\n\
         \x20     - uses: actions/checkout@v4\n\
         \x20       with:\n\
         \x20         path: protocol\n\
         \x20     - name: The program\n\
         \x20       run: cargo install --locked --git \"${{{{ vars.PERENNIAL_REPOSITORY }}}}\"\n\
         \x20     - name: The review as the last run left it\n\
         \x20       run: |\n\
         \x20         gh release download living --repo \"$GITHUB_REPOSITORY\" --pattern review.tar\n\
         \x20         perennial restore review.tar review\n\
         \x20         cp -r protocol/workflow.toml protocol/queries review/\n\
         \x20     - name: Update, if something is due\n\
         \x20       run: perennial --workspace review watch --once\n\
         \x20     - name: Keep it\n\
         \x20       if: always()\n\
         \x20       run: |\n\
         \x20         perennial --workspace review backup next.tar\n\
         \x20         mv next.tar review.tar\n\
         \x20         gh release upload living review.tar --clobber --repo \"$GITHUB_REPOSITORY\"\n\
         \x20     - uses: actions/upload-artifact@v4\n\
         \x20       with:\n\
         \x20         name: reports\n\
         \x20         path: review/reports\n"
    )
}
