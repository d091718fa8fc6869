//! Why two records are one, are not, or are a question: every field with both values, and the
//! rule or veto that decided.

use super::Sign;
use super::compare::{self, Evidence};
use super::decide::{self, Decision};
use super::normalise::journal::Journal;
use super::normalise::repair::{self, Repair};
use super::normalise::{Prepared, prepare, registry};
use crate::model::Record;
use std::fmt;
use std::sync::Arc;

/// One field of two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as people know it.
    pub name: &'static str,
    /// What the two values say of each other.
    pub sign: Sign,
    /// The first record's value, as its source wrote it; empty where it has none.
    pub a: String,
    /// The second record's value.
    pub b: String,
}

/// How the rules judge two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// One publication.
    Same,
    /// Two publications.
    Different,
    /// A person should look.
    Uncertain,
}

impl Judgement {
    /// The word of the log and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Uncertain => "uncertain",
        }
    }
}

/// The rules' view of two records; verdicts of people and other members of a cluster are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What the rules make of the pair.
    pub judgement: Judgement,
    /// The accept rule, the veto, or the field that stopped the rules.
    pub decided_by: &'static str,
    /// How much agrees, 0 to 1.
    pub score: f64,
    /// Similarity of the best pair of titles, 0 to 1.
    pub title_similarity: f64,
    /// Share of the shorter abstract's words found in the other, where both are long enough.
    pub abstract_overlap: Option<f64>,
    /// Every field that is compared, in the order of the rules.
    pub fields: Vec<Field>,
    /// What was mended in the first and the second record before they were compared.
    pub repairs: [Vec<Mended>; 2],
}

/// A field that was read as something else than its source wrote; the record itself is unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The field that was read anew.
    pub field: &'static str,
    /// What was done.
    pub what: &'static str,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} by {} (score {:.2})",
            self.judgement.as_str(),
            self.decided_by,
            self.score
        )?;
        self.fields.iter().try_for_each(|field| {
            writeln!(
                f,
                "{:<9} {:<8} {} | {}",
                field.name,
                field.sign.as_str(),
                field.a,
                field.b
            )
        })?;
        for (which, repairs) in ["first", "second"].iter().zip(&self.repairs) {
            for repair in repairs {
                writeln!(f, "{:<9} {which} record: {}", repair.field, repair.what)?;
            }
        }
        Ok(())
    }
}

/// Explains what the rules make of two records.
///
/// ```
/// use perennial::dedup::{Judgement, explain};
/// use perennial::model::Record;
/// let record = |pages: &str| Record {
///     title: Some("Frailty and daratumumab in newly diagnosed multiple myeloma".into()),
///     pages: Some(pages.into()),
///     volume: Some("36".into()),
///     ..Record::default()
/// };
/// let explanation = explain(&record("1066-77"), &record("1066-1077"));
/// assert_eq!(explanation.judgement, Judgement::Same);
/// assert_eq!(explanation.decided_by, "identical");
/// ```
pub fn explain(a: &Record, b: &Record) -> Explanation {
    let read = |record: &Record| {
        let journal = Journal::read(record.journal.as_deref().map(repair::journal_name));
        prepare(record, &Arc::new(journal))
    };
    let (x, y) = (read(a), read(b));
    let evidence = compare::compare(&x, &y);
    let (judgement, decided_by) = match decide::decide(&evidence) {
        Decision::Same { rule, .. } => (Judgement::Same, rule),
        Decision::Vetoed(veto) => (Judgement::Different, veto),
        Decision::Ask(why) => (Judgement::Uncertain, why),
        Decision::Apart => (Judgement::Different, decide::stopped_by(&evidence)),
    };
    Explanation {
        judgement,
        decided_by,
        score: decide::score(&evidence),
        title_similarity: evidence.title,
        abstract_overlap: evidence.overlap,
        fields: fields(a, b, &evidence),
        repairs: [mended(&x), mended(&y)],
    }
}

fn mended(record: &Prepared) -> Vec<Mended> {
    let mended = |repair: &Repair| Mended {
        field: repair.field,
        what: repair.what,
    };
    record.repairs().iter().map(mended).collect()
}

fn fields(a: &Record, b: &Record, e: &Evidence) -> Vec<Field> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let field = |name, sign, value: &dyn Fn(&Record) -> String| Field {
        name,
        sign,
        a: value(a),
        b: value(b),
    };
    let title = if !e.titled {
        Sign::Unknown
    } else if e.title >= 0.9 && !e.replaced && !e.apart {
        Sign::Agree
    } else {
        Sign::Conflict
    };
    let year = e.gap.map_or(Sign::Unknown, |gap| {
        if gap == 0 {
            Sign::Agree
        } else {
            Sign::Conflict
        }
    });
    let abstracts = e.overlap.map_or(Sign::Unknown, |o| {
        if o >= 0.75 {
            Sign::Agree
        } else if o < 0.35 {
            Sign::Conflict
        } else {
            Sign::Unknown
        }
    });
    vec![
        field("title", title, &|r| text(&r.title)),
        field("authors", e.authors, &|r| r.authors.join("; ")),
        field("year", year, &|r| {
            r.year.map(|y| y.to_string()).unwrap_or_default()
        }),
        field("journal", e.journal, &|r| text(&r.journal)),
        field("volume", e.volume, &|r| text(&r.volume)),
        field("issue", e.issue, &|r| text(&r.issue)),
        field("pages", e.pages, &|r| text(&r.pages)),
        field("doi", e.doi, &|r| {
            r.doi.as_ref().map(ToString::to_string).unwrap_or_default()
        }),
        field("pmid", e.pmid, &|r| {
            r.pmid.as_ref().map(ToString::to_string).unwrap_or_default()
        }),
        field("registry", e.registry, &registry::shown),
        field("abstract", abstracts, &|r| text(&r.abstract_text)),
    ]
}
