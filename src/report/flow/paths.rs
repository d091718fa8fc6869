//! From the path of a count to the boxes it counts.

use super::columns::{Column, counted};
use super::names::Names;
use crate::model::{Lane, SourceKind};
use crate::store::flow::{FlowBox, Span, VersionRole};

/// Boxes in columns whose union is a count's set; empty for what cannot have members yet.
pub(super) type Set = Vec<(FlowBox, Span)>;

/// Boxes, in the columns that are asked for.
type Boxes = Vec<FlowBox>;

impl Names {
    /// The boxes of a path in a column, or `None` where no count has it.
    pub(super) fn set(&self, path: &str, of: &Column) -> Option<Set> {
        let inside = |boxes: Boxes, span: &Span| -> Set {
            boxes.into_iter().map(|b| (b, span.clone())).collect()
        };
        let (group, key) = path.split_once('.').unwrap_or((path, ""));
        let studies = match key {
            "studies" => true,
            "reports" => false,
            _ => return self.boxes(path).map(|boxes| inside(boxes, &of.span)),
        };
        Some(match group {
            "previous" => match (of.previous(), of.still()) {
                (Some(n), _) => {
                    let of = |c| FlowBox::Version(n, VersionRole::Included, c);
                    let boxes = counted(studies).into_iter().map(of).collect();
                    inside(boxes, &Span::Whole)
                }
                (None, Some(span)) => inside(included(studies), span),
                (None, None) => return None,
            },
            "included" => inside(included(studies), &of.span),
            "withdrawn" => inside(of.withdrawn(studies), &Span::Whole),
            "total" if of.is_last() => inside(included(studies), &Span::Whole),
            "total" => {
                let mut all = inside(included(studies), &of.span);
                if let Some(n) = of.previous() {
                    let of = |c| FlowBox::Version(n, VersionRole::Included, c);
                    let before = counted(studies).into_iter().map(of).collect();
                    all.extend(inside(before, &Span::Whole));
                }
                all.extend(
                    of.still()
                        .into_iter()
                        .flat_map(|span| inside(included(studies), span)),
                );
                all
            }
            _ => return None,
        })
    }

    fn boxes(&self, path: &str) -> Option<Boxes> {
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
            // Ranking orders and never excludes.
            "excluded.by_tool" => Some(Vec::new()),
            _ => self.lane(Lane::Main, path),
        }
    }

    fn identified(&self, rest: &str) -> Option<Boxes> {
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

    fn removed(&self, rest: &str) -> Option<Boxes> {
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
    fn lane(&self, lane: Lane, rest: &str) -> Option<Boxes> {
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

/// The boxes of included studies or reports.
fn included(studies: bool) -> Boxes {
    if studies {
        vec![FlowBox::IncludedStudies, FlowBox::IncludedUngrouped]
    } else {
        vec![FlowBox::IncludedReports]
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
