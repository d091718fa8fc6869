//! What the templates call: lookups, and the words and spellings of the page.

use super::number::{Number, grouped};
use super::say::Say;
use super::{EXCLUDED, LISTED, Page, RUNS, listed};
use crate::model::{Lane, RecordId};
use crate::report::data::{self, RuleRemovals, Search};
use crate::report::history::{Changes, Moves, Side};
use crate::workflow::RemovalBox;

impl Say for Page<'_> {}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
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
    pub(super) fn run_number(&self, search: &Search) -> Number {
        Number {
            href: Some(self.places.set(&listed::run_path(search.run))),
            n: search.new,
        }
    }

    /// Where the trail of a report is: in the register, or on this page for what has no number.
    pub(super) fn trail(&self, id: &RecordId) -> String {
        self.places.report(*id)
    }

    /// The same by the text of an id.
    pub(super) fn trail_of(&self, id: &str) -> String {
        id.parse().map_or_else(
            |_| "register-1.html".to_owned(),
            |id: RecordId| self.places.report(id),
        )
    }

    /// Where a study or a report that moved is: studies are on this page.
    pub(super) fn moved_to(&self, anchor: &str, id: &str) -> String {
        if anchor == "report" {
            self.trail_of(id)
        } else {
            format!("#{anchor}-{id}")
        }
    }

    /// Whether the excluded reports are listed on the page.
    pub(super) fn lists_excluded(&self) -> bool {
        self.data.excluded.len() <= EXCLUDED
    }

    /// Whether a list of so many is short enough for the page.
    pub(super) fn is_short(&self, n: usize) -> bool {
        n <= LISTED
    }

    /// The first of a list, as many as the page holds.
    pub(super) fn first<'t, T>(&self, list: &'t [T]) -> &'t [T] {
        list.get(..LISTED).unwrap_or(list)
    }

    /// The latest runs, in order.
    pub(super) fn runs(&self) -> &'a [Search] {
        let all = &self.data.searches;
        all.get(all.len().saturating_sub(RUNS)..).unwrap_or(all)
    }

    /// "2 warnings, 1 problem" of a search, if there are any.
    pub(super) fn flaws(&self, search: &Search) -> Option<String> {
        let named = [
            (search.warnings.len(), "warning"),
            (search.problems.len(), "problem"),
        ];
        let some = named.into_iter().filter(|(n, _)| *n > 0);
        let mut parts: Vec<String> = some.map(|(n, what)| counted(n as u64, what)).collect();
        if search.accepted.is_some() {
            parts.push("difference accepted".to_owned());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// "overall survival" for "Overall survival"; a title that begins with a short form stays.
    pub(super) fn lower(&self, title: &str) -> String {
        let mut letters = title.chars();
        match (letters.next(), letters.clone().next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().collect::<String>() + letters.as_str()
            }
            _ => title.to_owned(),
        }
    }

    /// A length, its thousands apart.
    pub(super) fn many(&self, n: usize) -> String {
        grouped(n as u64)
    }

    /// Which of the lists of reports excluded at full text count something: reason and number.
    pub(super) fn reasons(&self) -> Vec<(&'a str, Number)> {
        let lists = [
            ("excluded_full_text", &self.data.counts.excluded_full_text),
            (
                "other_methods.excluded_full_text",
                &self.data.counts.other_methods.excluded_full_text,
            ),
        ];
        let all = lists.into_iter().flat_map(|(path, list)| {
            let named = list.by_reason.iter();
            named.map(move |reason| (path, reason.name.as_str()))
        });
        all.map(|(path, name)| (name, self.n(&format!("{path}.by_reason[{name}]"))))
            .filter(|(_, number)| number.n > 0)
            .collect()
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
        let data = self.data.results.waits.clone();
        let several = data
            .as_ref()
            .is_some_and(|words| words.contains(", ") || !words.starts_with("1 "));
        let alone = items.is_none() && pairs.is_none();
        let verb = match &data {
            Some(_) if alone && !several => "waits",
            Some(_) => "wait",
            None => verb,
        };
        let parts: Vec<String> = items.into_iter().chain(pairs).chain(data).collect();
        format!("{} {verb}", parts.join(" and "))
    }

    /// What the stamp says below its word; the figure's stamp counts the same.
    pub(super) fn stamp(&self) -> String {
        match self.data.counts.pending_total() {
            0 if self.data.pairs.is_empty() => "trial data open".to_owned(),
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

    pub(super) fn is_other(&self, lane: &Lane) -> bool {
        *lane == Lane::Other
    }

    pub(super) fn is_automation(&self, to: &RemovalBox) -> bool {
        *to == RemovalBox::Automation
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
}

/// "1 item", "2,821 items".
fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(n), if n == 1 { "" } else { "s" })
}
