//! From the path of a count to the boxes it counts.

use super::names::Names;
use crate::model::{Lane, SourceKind};
use crate::store::flow::FlowBox;

/// Boxes whose union is a count's set; empty for what cannot have members yet.
pub(super) type Set = Vec<FlowBox>;

impl Names {
    /// The boxes of a path, or `None` where no count has it.
    pub(super) fn set(&self, path: &str) -> Option<Set> {
        let one = |flow_box| Some(vec![flow_box]);
        if let Some(rest) = path.strip_prefix("identified.") {
            return self.identified(rest);
        }
        if let Some(rest) = path.strip_prefix("removed.") {
            return self.removed(rest);
        }
        if let Some(rest) = path.strip_prefix("other_methods.") {
            return match rest {
                "duplicates" => one(FlowBox::Copies(Lane::Other)),
                "excluded" => one(FlowBox::TitleExcluded(Lane::Other)),
                _ => self.lane(Lane::Other, rest),
            };
        }
        match path {
            "screened" => one(FlowBox::Screened(Lane::Main)),
            "excluded.total" | "excluded.by_human" => one(FlowBox::TitleExcluded(Lane::Main)),
            // Ranking orders and never excludes; nothing is withdrawn before a version is published.
            "excluded.by_tool" | "withdrawn.studies" | "withdrawn.reports" => Some(Vec::new()),
            "included.studies" | "total.studies" => {
                Some(vec![FlowBox::IncludedStudies, FlowBox::IncludedUngrouped])
            }
            "included.reports" | "total.reports" => one(FlowBox::IncludedReports),
            _ => self.lane(Lane::Main, path),
        }
    }

    fn identified(&self, rest: &str) -> Option<Set> {
        let (kind, rest) = rest.split_once('.')?;
        let kind = match kind {
            "databases" => SourceKind::Database,
            "registers" => SourceKind::Register,
            "other" => SourceKind::Other,
            _ => return None,
        };
        let name = part(rest, "by_source")?;
        let known = name.is_none_or(|name| self.sources_of(kind).any(|known| known == name));
        known.then(|| vec![FlowBox::Identified(kind, name.map(str::to_owned))])
    }

    fn removed(&self, rest: &str) -> Option<Set> {
        if rest == "duplicates" {
            return Some(vec![FlowBox::Copies(Lane::Main)]);
        }
        let (to, rest) = rest.split_once('.')?;
        let to = match to {
            "automation" => "automation",
            "other" => "other",
            _ => return None,
        };
        let name = part(rest, "by_rule")?;
        let known = name.is_none_or(|name| self.rules_of(to).any(|known| known == name));
        known.then(|| vec![FlowBox::Removed(to, name.map(str::to_owned))])
    }

    /// The counts that both lanes have.
    fn lane(&self, lane: Lane, rest: &str) -> Option<Set> {
        let flow_box = match rest {
            "sought" => FlowBox::Sought(lane),
            "not_retrieved" => FlowBox::NotRetrieved(lane),
            "assessed" => FlowBox::Assessed(lane),
            "pending.before_screening" => FlowBox::BeforeScreening(lane),
            "pending.title_abstract" => FlowBox::TitlePending(lane),
            "pending.retrieval" => FlowBox::RetrievalPending(lane),
            "pending.full_text" => FlowBox::FulltextPending(lane),
            _ => {
                let rest = rest.strip_prefix("excluded_full_text.")?;
                let code = match part(rest, "by_reason")? {
                    None => None,
                    Some(name) => {
                        let mut reasons = self.reasons_of(lane).iter();
                        let found = reasons.find(|(code, text)| text == name || code == name);
                        Some(found?.0.clone())
                    }
                };
                FlowBox::FulltextExcluded(lane, code)
            }
        };
        Some(vec![flow_box])
    }
}

/// `total` is all of a list, `by_source[PubMed]` its part `PubMed`.
#[expect(
    clippy::option_option,
    reason = "no such path, all of it, or a part of it"
)]
fn part<'a>(rest: &'a str, key: &str) -> Option<Option<&'a str>> {
    if rest == "total" {
        return Some(None);
    }
    let name = rest
        .strip_prefix(key)?
        .strip_prefix('[')?
        .strip_suffix(']')?;
    Some(Some(name))
}
