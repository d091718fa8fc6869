//! The screen stage: the decisions of a wave, then what is open and for whom.

use super::{RunError, StageReport, StageState, Workspace, many};
use crate::model::{Clock, Lane, Place, Progress};
use crate::screen::{ScreenError, exchange, people, studies};
use crate::search::replay::{Wave, WaveTable};
use crate::store::Writer;
use crate::store::flow::FlowBox;

/// Takes the people, decisions and links of a wave that were not taken, and sums up.
pub fn run(
    workspace: &mut Workspace,
    wave: Option<&Wave>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<StageReport, RunError> {
    let mut changed = false;
    if let Some(wave) = wave {
        type Import<'a> = &'a dyn Fn(&mut Writer<'_>, &str, &[u8]) -> Result<u64, ScreenError>;
        let tables: [(&str, &Option<WaveTable>, Import<'_>); 3] = [
            ("people", &wave.people, &|writer, path, bytes| {
                people::import(writer, path, bytes, clock)
            }),
            ("decisions", &wave.decisions, &|writer, path, bytes| {
                Ok(exchange::import(writer, (path, bytes), None, clock, progress)?.written)
            }),
            ("studies", &wave.studies, &|writer, path, bytes| {
                studies::import(writer, path, bytes, clock)
            }),
        ];
        for (name, table, import) in tables {
            let Some(table) = table else { continue };
            let task = format!("replay/{}/{name}", wave.name);
            if workspace.store.snapshot()?.read().is_done(&task)? {
                continue;
            }
            let kept = workspace
                .archive
                .keep(&table.bytes)
                .map_err(crate::search::SearchError::from)?;
            workspace.store.write(|writer| {
                writer.put_archive(&kept, &table.path)?;
                writer.replays();
                import(writer, &table.path, &table.bytes)?;
                writer.mark_done(&task)?;
                Ok::<_, ScreenError>(())
            })?;
            changed = true;
        }
    }
    let made = workspace
        .store
        .write(|writer| studies::ensure_all(writer, &clock.now()))?;
    changed |= made > 0;
    Ok(summary(workspace, changed)?)
}

fn summary(workspace: &Workspace, changed: bool) -> Result<StageReport, ScreenError> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let (mut open, mut settled) = (0, 0);
    for report in reader.reports()? {
        match report.place {
            Place::Compare | Place::Filter | Place::Removed => {}
            place if place.is_open() => open += 1,
            _ => settled += 1,
        }
    }
    let excluded = reader.count(&FlowBox::TitleExcluded(Lane::Main))?
        + reader.count(&FlowBox::TitleExcluded(Lane::Other))?;
    let studies =
        reader.count(&FlowBox::IncludedStudies)? + reader.count(&FlowBox::IncludedUngrouped)?;
    let reports = reader.count(&FlowBox::IncludedReports)?;
    let mut text = if settled == 0 && open > 0 {
        many(open, "report waits for people", "reports wait for people")
    } else {
        format!(
            "{excluded} out by title, {} of {} included",
            many(reports, "report", "reports"),
            many(studies, "study", "studies")
        )
    };
    if open > 0 && settled > 0 {
        text.push_str(&format!(", {open} open"));
    }
    Ok(StageReport {
        stage: "screen",
        state: if open > 0 {
            StageState::Waiting
        } else {
            StageState::Done
        },
        text,
        count: Some(reports),
        changed,
        seconds: 0.0,
    })
}
