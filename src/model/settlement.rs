//! When a report is settled in a phase: the one table of screening rules.
//!
//! | phase | votes of the required number of people | standing |
//! |---|---|---|
//! | title-abstract | fewer than required | open |
//! | title-abstract | all include or unsure | forward |
//! | title-abstract | all exclude | excluded |
//! | title-abstract | anything else | conflict |
//! | retrieval | one person: retrieved | forward |
//! | retrieval | one person: not retrieved | not retrieved |
//! | full-text | fewer than required | open |
//! | full-text | all include | included |
//! | full-text | all exclude, one reason | excluded, with the reason |
//! | full-text | all exclude, different reasons | conflict of reason |
//! | full-text | anything else | conflict |
//! | title-abstract, full-text | an adjudicator settled a conflict | as the adjudicator chose |
//!
//! Two people decide independently and a third settles (Cochrane Handbook, chapter 4.6.4; MECIR
//! C39). One primary reason stands on each report excluded at full text, so reasons partition
//! the excluded reports (PRISMA 2020, item 16).

use super::decision::{Choice, Phase, Vote};
use serde::{Deserialize, Serialize};

/// How many people must vote in each phase; from `[screening]` of the workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// People per report at title and abstract.
    pub title_abstract: u8,
    /// People per report at full text.
    pub full_text: u8,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            title_abstract: 2,
            full_text: 2,
        }
    }
}

impl Rules {
    /// People whose votes settle a report in `phase`; retrieval needs one.
    pub fn required(self, phase: Phase) -> usize {
        usize::from(match phase {
            Phase::TitleAbstract => self.title_abstract,
            Phase::Retrieval => 1,
            Phase::FullText => self.full_text,
        })
    }
}

/// Where a report stands in one phase.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Votes are missing.
    Open,
    /// The votes disagree on inclusion.
    Conflict,
    /// All exclude, for different reasons.
    ConflictOfReason,
    /// Goes on to the next phase; at full text: is included.
    Forward,
    /// Is excluded; the reason stands at full text.
    Excluded(Option<String>),
    /// Could not be retrieved.
    NotRetrieved,
}

impl Standing {
    /// The word of the store and of JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Conflict => "conflict",
            Self::ConflictOfReason => "conflict-of-reason",
            Self::Forward => "forward",
            Self::Excluded(_) => "excluded",
            Self::NotRetrieved => "not-retrieved",
        }
    }

    /// Whether nothing more is needed from people.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Forward | Self::Excluded(_) | Self::NotRetrieved => true,
            Self::Open | Self::Conflict | Self::ConflictOfReason => false,
        }
    }
}

/// The standing of a report in `phase`, given each person's vote in force.
///
/// `votes` holds at most one vote per person; a vote that settles outranks the others.
///
/// ```
/// use perennial::model::{Choice, EventSeq, PersonId, Phase, Rules, Standing, Vote, settle};
/// let vote = |p: u32, choice| Vote {
///     event: EventSeq(p.into()), person: PersonId(p), choice, reason: None, settles: false,
/// };
/// let votes = [vote(1, Choice::Include), vote(2, Choice::Exclude)];
/// assert_eq!(settle(Phase::TitleAbstract, Rules::default(), &votes), Standing::Conflict);
/// ```
pub fn settle(phase: Phase, rules: Rules, votes: &[Vote]) -> Standing {
    let settling = votes.iter().filter(|v| v.settles).max_by_key(|v| v.event);
    if let Some(vote) = settling {
        return alone(vote);
    }
    if votes.len() < rules.required(phase) {
        return Standing::Open;
    }
    match phase {
        Phase::Retrieval => votes
            .iter()
            .max_by_key(|v| v.event)
            .map_or(Standing::Open, alone),
        Phase::TitleAbstract => {
            if votes.iter().all(|v| v.choice == Choice::Exclude) {
                Standing::Excluded(None)
            } else if votes
                .iter()
                .all(|v| matches!(v.choice, Choice::Include | Choice::Unsure))
            {
                Standing::Forward
            } else {
                Standing::Conflict
            }
        }
        Phase::FullText => {
            if votes.iter().all(|v| v.choice == Choice::Include) {
                Standing::Forward
            } else if votes.iter().all(|v| v.choice == Choice::Exclude) {
                let reason = votes.first().and_then(|v| v.reason.clone());
                if votes.iter().all(|v| v.reason == reason) {
                    Standing::Excluded(reason)
                } else {
                    Standing::ConflictOfReason
                }
            } else {
                Standing::Conflict
            }
        }
    }
}

/// What one vote alone settles.
fn alone(vote: &Vote) -> Standing {
    match vote.choice {
        Choice::Include | Choice::Unsure | Choice::Retrieved => Standing::Forward,
        Choice::Exclude => Standing::Excluded(vote.reason.clone()),
        Choice::NotRetrieved => Standing::NotRetrieved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventSeq, PersonId};

    fn votes(list: &[(&str, Option<&str>)]) -> Vec<Vote> {
        list.iter()
            .zip(1_u32..)
            .map(|((choice, reason), n)| Vote {
                event: EventSeq(n.into()),
                person: PersonId(n),
                choice: choice.parse().unwrap(),
                reason: reason.map(str::to_owned),
                settles: false,
            })
            .collect()
    }

    #[test]
    fn the_table_of_the_module_page_holds() {
        use Phase::{FullText, Retrieval, TitleAbstract};
        use Standing::{Conflict, ConflictOfReason, Excluded, Forward, NotRetrieved, Open};
        let (i, e, u) = ("include", "exclude", "unsure");
        let table: &[(Phase, &[(&str, Option<&str>)], Standing)] = &[
            (TitleAbstract, &[], Open),
            (TitleAbstract, &[(e, None)], Open),
            (TitleAbstract, &[(i, None), (i, None)], Forward),
            (TitleAbstract, &[(i, None), (u, None)], Forward),
            (TitleAbstract, &[(u, None), (u, None)], Forward),
            (TitleAbstract, &[(e, None), (e, None)], Excluded(None)),
            (TitleAbstract, &[(e, None), (u, None)], Conflict),
            (TitleAbstract, &[(i, None), (e, None)], Conflict),
            (Retrieval, &[("retrieved", None)], Forward),
            (Retrieval, &[("not-retrieved", None)], NotRetrieved),
            (FullText, &[(i, None)], Open),
            (FullText, &[(i, None), (i, None)], Forward),
            (FullText, &[(i, None), (u, None)], Conflict),
            (FullText, &[(u, None), (u, None)], Conflict),
            (
                FullText,
                &[(e, Some("a")), (e, Some("a"))],
                Excluded(Some("a".into())),
            ),
            (
                FullText,
                &[(e, Some("a")), (e, Some("b"))],
                ConflictOfReason,
            ),
            (FullText, &[(i, None), (e, Some("a"))], Conflict),
        ];
        for (phase, given, want) in table {
            assert_eq!(
                settle(*phase, Rules::default(), &votes(given)),
                *want,
                "{phase} {given:?}"
            );
        }
    }

    #[test]
    fn an_adjudicator_outranks_the_votes() {
        let mut given = votes(&[("include", None), ("exclude", None)]);
        given.push(Vote {
            event: EventSeq(9),
            person: PersonId(9),
            choice: Choice::Exclude,
            reason: None,
            settles: true,
        });
        let got = settle(Phase::TitleAbstract, Rules::default(), &given);
        assert_eq!(got, Standing::Excluded(None));
    }

    #[test]
    fn one_reviewer_is_enough_where_the_workflow_says_so() {
        let rules = Rules {
            title_abstract: 1,
            full_text: 2,
        };
        let got = settle(Phase::TitleAbstract, rules, &votes(&[("exclude", None)]));
        assert_eq!(got, Standing::Excluded(None));
    }
}
