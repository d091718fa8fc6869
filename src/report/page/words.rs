//! What the templates call: lookups, and the words and spellings of the page.

use super::number::{Number, grouped};
use super::{Page, sets};
use crate::model::{Lane, Phase, RecordId, SourceKind, StudyId};
use crate::report::data::{self, RuleRemovals, Settled, Standing};
use crate::report::history::{Changes, Moves, Side};
use crate::workflow::RemovalBox;

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "called by templates, as methods and with references"
)]
impl<'a> Page<'a> {
    /// "version 1.0", "working version after 1.0".
    pub(super) fn version_words(&self) -> String {
        match (&self.data.publication, self.data.history.versions.last()) {
            (Some(name), _) => format!("version {name}"),
            (None, None) => "working version".to_owned(),
            (None, Some(last)) if self.stands(&last.name) => format!("version {}", last.name),
            (None, Some(last)) => format!("working version after {}", last.name),
        }
    }

    /// Whether nothing has moved since the last version.
    fn stands(&self, last: &str) -> bool {
        self.data.counts.version.as_deref() == Some(last)
            && self
                .data
                .history
                .changes
                .as_ref()
                .is_none_or(|changes| changes.to.version.is_some() || changes.is_empty())
    }

    pub(super) fn version_line(&self) -> String {
        match (&self.data.publication, self.data.history.versions.last()) {
            (Some(name), None) => format!("{name}, the first"),
            (Some(name), Some(before)) => format!("{name}, after {}", before.name),
            (None, None) => "Working version; nothing is published".to_owned(),
            (None, Some(last)) => {
                let day = data::day(&last.at);
                if self.stands(&last.name) {
                    format!("{}, published {day}", last.name)
                } else {
                    format!(
                        "Working version; {} of {day} is the last published",
                        last.name
                    )
                }
            }
        }
    }

    pub(super) fn next_search(&self) -> Option<&'a str> {
        let mut steps = self.data.history.steps.iter();
        steps.find(|step| step.step == "search")?.due.as_deref()
    }

    pub(super) fn date(&self, at: &str) -> String {
        data::day(at).to_owned()
    }

    /// "Search" for "search".
    pub(super) fn upper(&self, word: &str) -> String {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    }

    /// "HR 0.47 (0.37 to 0.60), I² 77.2%, 7 trials, DL".
    pub(super) fn side(&self, side: &Side) -> String {
        match (&side.estimate, &side.why) {
            (Some(estimate), _) => format!(
                "{estimate} ({}), I² {}, {}, {}",
                side.interval.clone().unwrap_or_default(),
                side.i2.clone().unwrap_or_default(),
                counted(side.k, "trial"),
                side.model.clone().unwrap_or_default()
            ),
            (None, Some(why)) => format!("no estimate ({why})"),
            (None, None) => "no estimate".to_owned(),
        }
    }

    /// What moved, with its name and the beginning of its anchors.
    pub(super) fn moves<'c>(
        &self,
        changes: &'c Changes,
    ) -> [(&'static str, &'static str, &'c Moves); 2] {
        [
            ("Studies", "study", &changes.studies),
            ("Reports", "report", &changes.reports),
        ]
    }

    /// The counts of every column, those that are 0 in all of them left out.
    pub(super) fn columns(&self) -> Vec<(String, Vec<String>)> {
        let columns = &self.data.history.columns;
        let mut paths: Vec<String> = Vec::new();
        for (path, _) in columns.iter().rev().flat_map(crate::prisma::Counts::leaves) {
            if !paths.contains(&path) && !path.contains('[') {
                paths.push(path);
            }
        }
        paths
            .into_iter()
            .filter(|path| columns.iter().any(|c| c.get(path).unwrap_or(0) > 0))
            .map(|path| {
                let name = crate::report::flow::words(&path).map_or(path.clone(), |(name, _)| name);
                let cells = columns
                    .iter()
                    .map(|c| c.get(&path).map_or_else(|| "·".to_owned(), grouped));
                (name, cells.collect())
            })
            .collect()
    }

    /// The new records of a run, as a link to their set.
    pub(super) fn run_number(&self, run: &u64) -> Number {
        let path = sets::run_path(*run);
        let set = self.sets.iter().find(|set| set.path == path);
        Number {
            anchor: set.map(|set| set.anchor.clone()),
            n: set.map_or(0, |set| set.n),
        }
    }

    pub(super) fn rule_number(&self, rule: &RuleRemovals) -> Number {
        self.n(&format!(
            "removed.{}.by_rule[{}]",
            rule.to.as_str(),
            rule.rule
        ))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.data.searches.is_empty() && self.data.reports.is_empty()
    }

    /// "96 items and 3 uncertain pairs wait".
    pub(super) fn pending(&self) -> String {
        let items = self.data.counts.pending_total();
        let pairs = u64::try_from(self.data.pairs.len()).unwrap_or(u64::MAX);
        let items = (items > 0).then(|| counted(items, "item"));
        let pairs = (pairs > 0).then(|| counted(pairs, "uncertain pair"));
        let verb = match (&items, &pairs) {
            (Some(one), None) | (None, Some(one)) if one.starts_with("1 ") => "waits",
            _ => "wait",
        };
        let parts: Vec<String> = items.into_iter().chain(pairs).collect();
        format!("{} {verb}", parts.join(" and "))
    }

    /// What the stamp says below its word; the figure's stamp counts the same.
    pub(super) fn stamp(&self) -> String {
        match self.data.counts.pending_total() {
            0 => "uncertain pairs open".to_owned(),
            n => format!("{} pending", grouped(n)),
        }
    }

    /// Open work by step, in both lanes.
    pub(super) fn steps(&self) -> [(&'static str, Number, Number); 4] {
        [
            ("Before screening", "before_screening"),
            ("Title and abstract", "title_abstract"),
            ("Retrieval", "retrieval"),
            ("Full text", "full_text"),
        ]
        .map(|(step, key)| {
            let other = format!("other_methods.pending.{key}");
            (step, self.n(&format!("pending.{key}")), self.n(&other))
        })
    }

    pub(super) fn report(&self, id: &RecordId) -> Option<&'a data::Report> {
        self.data.report(*id)
    }

    pub(super) fn is_listed(&self, id: &StudyId) -> bool {
        let mut listed = self
            .data
            .studies
            .iter()
            .filter_map(|item| item.study.as_ref());
        listed.any(|study| study.id == *id)
    }

    pub(super) fn is_other(&self, lane: &Lane) -> bool {
        *lane == Lane::Other
    }

    pub(super) fn is_automation(&self, to: &RemovalBox) -> bool {
        *to == RemovalBox::Automation
    }

    pub(super) fn plain(&self, n: &u64) -> String {
        grouped(*n)
    }

    pub(super) fn maybe(&self, n: &Option<u64>) -> String {
        n.map_or_else(|| "not stated".to_owned(), grouped)
    }

    pub(super) fn minute(&self, at: &str) -> String {
        data::minute(at)
    }

    pub(super) fn kind(&self, kind: &Option<SourceKind>) -> &'static str {
        match kind {
            Some(SourceKind::Database) => "Database",
            Some(SourceKind::Register) => "Register",
            Some(SourceKind::Other) => "Other method",
            None => "No longer declared",
        }
    }

    pub(super) fn interface(&self, interface: &str) -> String {
        match interface {
            "eutils" => "NCBI E-utilities, asked by the program".to_owned(),
            "ctgov" => "ClinicalTrials.gov API v2, asked by the program".to_owned(),
            "europepmc" => "Europe PMC's search service, asked by the program".to_owned(),
            "file" => "Export file, searched and imported by a person".to_owned(),
            other => other.to_owned(),
        }
    }

    pub(super) fn phase(&self, phase: &Phase) -> &'static str {
        match phase {
            Phase::TitleAbstract => "title and abstract",
            Phase::Retrieval => "retrieval",
            Phase::FullText => "full text",
        }
    }

    pub(super) fn outcome(&self, settled: &Settled) -> &'static str {
        match (settled.phase, settled.forward) {
            (Phase::TitleAbstract, true) => "forward",
            (Phase::Retrieval, true) => "retrieved",
            (Phase::Retrieval, false) => "not had",
            (Phase::FullText, true) => "included",
            (Phase::TitleAbstract | Phase::FullText, false) => "excluded",
        }
    }

    pub(super) fn tone(&self, standing: &Standing) -> &'static str {
        match standing {
            Standing::Included => "include",
            Standing::TitleExcluded | Standing::FullTextExcluded => "exclude",
            Standing::TitleAbstract | Standing::Retrieval | Standing::FullText => "unsure",
            Standing::BeforeScreening | Standing::Removed | Standing::NotRetrieved => "",
        }
    }

    pub(super) fn relation(&self, word: &str, n: &u64) -> String {
        let (one, several) = match word {
            "notice-of" => ("notice", "notices"),
            "version" => ("other version", "other versions"),
            "report-of" => ("further report", "further reports"),
            "same-study" => ("report of the same study", "reports of the same study"),
            "distinct" => ("pair told apart", "pairs told apart"),
            other => (other, other),
        };
        format!("{} {}", grouped(*n), if *n == 1 { one } else { several })
    }

    pub(super) fn doi(&self, doi: &str) -> String {
        let mut out = "https://doi.org/".to_owned();
        for part in doi.split_inclusive(['/', '(', ')', ';', ':']) {
            let cut = part.trim_end_matches(['/', '(', ')', ';', ':']);
            out.push_str(&crate::plot::svg::percent_encode(cut));
            out.push_str(part.get(cut.len()..).unwrap_or_default());
        }
        out
    }

    pub(super) fn pubmed(&self, pmid: &str) -> String {
        format!(
            "https://pubmed.ncbi.nlm.nih.gov/{}/",
            crate::plot::svg::percent_encode(pmid)
        )
    }
}

/// "1 item", "2,821 items".
fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(n), if n == 1 { "" } else { "s" })
}
