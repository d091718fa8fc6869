//! The decision on two records: vetoes first, then the accept rules in the order of strength, then
//! whether a person should look.
//!
//! Every rule and veto is one line with a name; the name stands in the log, in the queue and in
//! `explain`. A wrongly merged record is a trial lost, a missed copy is a reviewer's minute:
//! where the evidence is mixed, the answer is a question.

use super::Sign::{self, Agree, Conflict, Unknown};
use super::compare::Evidence;

/// An accept rule or veto: a name, and when it holds.
pub(super) struct Rule {
    name: &'static str,
    holds: fn(&Evidence) -> bool,
}

const fn rule(name: &'static str, holds: fn(&Evidence) -> bool) -> Rule {
    Rule { name, holds }
}

/// What was decided on two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decision {
    /// One record; `rank` is the place of the rule.
    Same { rank: usize, rule: &'static str },
    /// Not one record, by a veto.
    Vetoed(&'static str),
    /// A person should look; the field that stopped the rules.
    Ask(&'static str),
    /// They are told apart.
    Apart,
}

/// Whether the place in the journal agrees: volume and first page.
fn place(e: &Evidence) -> bool {
    e.volume == Agree && e.pages == Agree
}

/// Whether a title identifies the publication: nearly equal, nothing replaced, not generic.
fn title(e: &Evidence, least: f64) -> bool {
    e.title >= least
        && !e.replaced
        && !e.generic
        && !e.marked
        && e.digits == Agree
        && (e.near == 0 || supported(e))
        && worded(e)
}

/// Whether words that are nearly alike can be one word: prednisone is not prednisolone, though both
/// stand on one page of a meeting's abstracts.
fn worded(e: &Evidence) -> bool {
    !e.loose || abstracts(e, 0.95) || e.doi == Agree || own(e)
}

/// Whether both stand in one volume on pages that a spreadsheet made the same date of.
fn dated_place(e: &Evidence) -> bool {
    e.dates && e.volume == Agree && e.journal == Agree && near(e, 0)
}

/// Whether what looks like a misprint is one: the text is the same, or stands in the same place.
fn supported(e: &Evidence) -> bool {
    abstracts(e, 0.8)
        || e.doi == Agree
        || place(e) && e.journal != Conflict
        || e.pages == Agree && e.exact_pages && e.journal == Agree
}

fn abstracts(e: &Evidence, least: f64) -> bool {
    e.overlap.is_some_and(|o| o >= least)
}

/// Whether the pages are one text's alone, and not a section's.
fn own(e: &Evidence) -> bool {
    e.own_pages && !e.section
}

/// Whether a place in common is one text's alone: the abstracts of a meeting share pages.
fn same_print(e: &Evidence) -> bool {
    match e.overlap {
        Some(overlap) => overlap > 0.6,
        None => own(e) || e.own_pages && e.contained,
    }
}

fn near(e: &Evidence, years: u16) -> bool {
    e.gap.is_none_or(|gap| gap <= years)
}

fn none_of(signs: &[Sign], what: Sign) -> bool {
    signs.iter().all(|s| *s != what)
}

/// What forbids a merge, whatever agrees.
const VETOES: &[Rule] = &[
    rule("kind", |e| e.kind == Conflict),
    rule("pmid", |e| e.pmid == Conflict),
    rule("notice", |e| e.notice == Conflict && e.pmid != Agree),
    rule("part", |e| e.part == Conflict && e.pmid != Agree),
    rule("version", |e| e.version == Conflict),
    // Hepatitis A and B, trials 1 and 2, treated and untreated: what tells documents apart.
    rule("wording", |e| {
        e.pmid != Agree && (e.apart || e.letter == Conflict)
    }),
    rule("registry", |e| e.pmid != Agree && e.registry == Conflict),
    // A thesis and the article made of it are two publications.
    rule("thesis", |e| {
        e.pmid != Agree && e.doi != Agree && e.thesis == Conflict
    }),
    rule("content", |e| e.empty && e.generic && e.pmid != Agree),
    // A supplement may carry one DOI for all that stands in it.
    rule("doi-text", |e| {
        e.pmid != Agree
            && e.doi == Agree
            && e.authors == Conflict
            && e.overlap
                .map_or(!e.equal || e.pages == Conflict, |o| o < 0.5)
    }),
    rule("digits", |e| {
        e.pmid != Agree
            && (e.digits == Conflict || e.marked)
            && !(place(e)
                && e.authors != Conflict
                && (same_print(e) && (own(e) || e.own_pages && e.contained) || abstracts(e, 0.95)))
            && e.doi != Agree
    }),
    rule("place", |e| {
        e.pmid != Agree && e.pages == Conflict && e.volume == Conflict
    }),
    rule("issue", |e| {
        e.pmid != Agree && e.pages == Conflict && e.issue == Conflict && e.volume != Agree
    }),
    rule("year", |e| {
        e.pmid != Agree && e.gap.is_some_and(|gap| gap > 2) && !place(e) && e.doi != Agree
    }),
    rule("doi", |e| {
        e.pmid != Agree
            && e.doi == Conflict
            && (e.volume == Conflict || e.pages == Conflict || e.issue == Conflict)
    }),
    rule("authors", |e| {
        e.pmid != Agree && e.authors == Conflict && e.doi != Agree && !(place(e) && e.equal)
    }),
    rule("abstract", |e| {
        e.pmid != Agree && e.overlap.is_some_and(|o| o < 0.35) && e.doi != Agree && !place(e)
    }),
];

/// Whether nothing but a PMID is common to two records: one of them has it by mistake.
fn foreign(e: &Evidence) -> bool {
    e.titled
        && e.title < 0.4
        && !e.translated
        && e.authors == Conflict
        && e.doi != Agree
        && !place(e)
        && e.overlap.is_none_or(|o| o < 0.5)
}

/// What makes two records one, strongest first.
const RULES: &[Rule] = &[
    rule("same-pmid", |e| e.pmid == Agree && !foreign(e)),
    rule("identical", |e| e.identical),
    rule("same-fields", |e| {
        e.alike && (!e.generic && e.digits == Agree || place(e) && e.issue != Conflict)
    }),
    rule("same-doi", |e| {
        e.doi == Agree
            && (e.title >= 0.8 || e.contained)
            && !e.replaced
            && (none_of(&[e.volume, e.pages], Conflict)
                || e.authors == Agree && e.pages == Agree && e.title >= 0.95 && near(e, 0)
                || e.journal == Agree && (e.volume == Agree || e.pages == Agree)
                || e.journal == Agree && e.volume != Conflict && same_text(e))
    }),
    // A supplement may carry one DOI for all its abstracts: the text must agree too.
    rule("doi-place", |e| {
        e.doi == Agree
            && place(e)
            && e.authors != Conflict
            && (!e.replaced || same_print(e))
            && (e.title >= 0.6
                || e.title >= 0.4 && abstracts(e, 0.75)
                || e.translated && e.exact_pages && e.overlap.is_none_or(|o| o > 0.5))
    }),
    rule("title-place", |e| {
        e.title >= 0.9
            && !e.replaced
            && !e.generic
            && place(e)
            && e.authors != Conflict
            && worded(e)
    }),
    rule("generic-place", |e| {
        e.title >= 0.95
            && worded(e)
            && (place(e) || dated_place(e))
            && (!e.replaced || own(e) && same_print(e))
            && none_of(&[e.journal, e.authors, e.issue, e.digits], Conflict)
            && near(e, 1)
    }),
    // Authors may be written with given name and surname exchanged.
    rule("title-pages", |e| {
        title(e, 0.98) && place(e) && e.exact_pages && e.issue != Conflict && near(e, 0)
    }),
    rule("title-issue", |e| {
        title(e, 0.95)
            && e.volume == Agree
            && e.issue == Agree
            && e.journal == Agree
            && e.authors != Conflict
            && (e.authors == Agree || e.pages == Agree || e.doi == Agree || abstracts(e, 0.8))
            && e.pages != Conflict
            && e.meeting != Conflict
    }),
    rule("title-journal", |e| {
        title(e, 0.95)
            && e.authors == Agree
            && e.journal == Agree
            && near(e, 1)
            && none_of(&[e.volume, e.pages], Conflict)
            && (e.issue != Conflict || e.pages == Agree || e.doi == Agree || abstracts(e, 0.8))
            && (e.meeting != Conflict || e.pages == Agree || e.doi == Agree)
            && (e.doi != Conflict || e.pages == Agree || e.volume == Agree && near(e, 0))
            && (e.volume == Agree
                || e.pages == Agree
                || e.issue == Agree && near(e, 0)
                || e.doi == Agree
                || abstracts(e, 0.8))
    }),
    rule("title-abstract", |e| {
        title(e, 0.95)
            && e.authors == Agree
            && abstracts(e, 0.85)
            && near(e, 1)
            && none_of(&[e.journal, e.volume, e.pages, e.meeting], Conflict)
            && (e.doi != Conflict || e.journal == Agree && near(e, 0))
    }),
    // One side has no authors, or no volume, or no pages: the text is the same, and its place.
    rule("title-text", |e| {
        title(e, 0.95)
            && abstracts(e, 0.9)
            && near(e, 1)
            && (e.volume == Agree || e.pages == Agree || e.doi == Agree)
            && none_of(
                &[e.authors, e.journal, e.volume, e.pages, e.meeting],
                Conflict,
            )
            && (e.doi != Conflict || e.journal == Agree && near(e, 0))
    }),
    // A short title by the same people in one issue, unless it is a column's name.
    rule("short-issue", |e| {
        e.title >= 0.98
            && !e.column
            && !e.replaced
            && e.length >= 12
            && e.authors == Agree
            && e.journal == Agree
            && e.volume == Agree
            && e.issue == Agree
            && near(e, 0)
            && none_of(&[e.pages, e.doi, e.meeting, e.digits], Conflict)
            && e.overlap.is_none_or(|o| o > 0.6)
    }),
    rule("short-text", |e| {
        e.title >= 0.98
            && !e.column
            && !e.replaced
            && e.length >= 8
            && e.authors == Agree
            && e.journal == Agree
            && abstracts(e, 0.9)
            && near(e, 1)
            && none_of(&[e.volume, e.pages, e.doi, e.meeting, e.digits], Conflict)
    }),
    // The day of the month stands where the pages belong.
    rule("title-day", |e| {
        title(e, 0.98)
            && e.day
            && e.authors == Agree
            && e.journal == Agree
            && e.volume == Agree
            && e.issue == Agree
            && abstracts(e, 0.85)
            && near(e, 0)
            && e.doi != Conflict
    }),
    rule("title-page", |e| {
        title(e, 0.95)
            && e.authors == Agree
            && e.pages == Agree
            && near(e, 1)
            && (e.exact_pages
                || e.journal == Agree && !(e.volume == Conflict && e.issue == Conflict))
    }),
    // Article numbers and whole page ranges are nearly unique in a journal.
    rule("title-range", |e| {
        title(e, 0.85)
            && e.authors == Agree
            && e.exact_pages
            && e.journal == Agree
            && near(e, 0)
            && none_of(&[e.volume, e.issue, e.doi], Conflict)
            && e.overlap.is_none_or(|o| o > 0.6)
    }),
    // One text printed once, with a page mistyped.
    rule("same-text", |e| {
        title(e, 0.98)
            && same_text(e)
            && e.volume == Agree
            && e.issue == Agree
            && e.journal == Agree
            && e.doi != Conflict
            && near(e, 0)
    }),
    rule("subtitle", |e| {
        e.contained
            && e.authors == Agree
            && (e.pages == Agree && (e.exact_pages || e.volume == Agree)
                || e.volume == Agree && abstracts(e, 0.9))
            && near(e, 0)
            && none_of(&[e.journal, e.volume, e.issue, e.pages, e.doi], Conflict)
            && (e.digits != Conflict && !e.marked || e.own_pages && e.volume == Agree)
            && e.overlap.is_none_or(|o| o > 0.6)
    }),
    rule("translated", |e| {
        e.titled
            && e.authors == Agree
            && e.volume == Agree
            && e.exact_pages
            && near(e, 0)
            && none_of(&[e.journal, e.issue, e.doi], Conflict)
            && (e.own_pages || abstracts(e, 0.75))
            && (e.translated || e.title > 0.5 && !(e.replaced && e.section) || abstracts(e, 0.75))
            && e.overlap.is_none_or(|o| o > 0.5)
    }),
    // Pages of a volume, or of proceedings without one, that no second paper can fill.
    rule("same-pages", |e| {
        e.own_pages
            && e.journal == Agree
            && near(e, 0)
            && e.gap.is_some()
            && none_of(&[e.volume, e.issue, e.doi], Conflict)
            && e.overlap.is_none_or(|o| o > 0.6)
            && (e.authors == Agree
                && e.title >= 0.6
                && (!(e.replaced && e.section) || abstracts(e, 0.75))
                || e.authors == Unknown
                    && e.volume == Agree
                    && (e.contained || e.translated && e.title >= 0.5))
    }),
    // A journal under its other name: original and translated, or renamed.
    rule("title-number", |e| {
        title(e, 0.98)
            && e.length >= 30
            && e.authors == Agree
            && e.volume == Agree
            && e.issue == Agree
            && near(e, 0)
            && e.gap.is_some()
            && none_of(&[e.pages, e.doi, e.meeting], Conflict)
            && e.overlap.is_none_or(|o| o > 0.6)
    }),
    rule("sparse", |e| {
        title(e, 0.98)
            && e.authors == Agree
            && near(e, 0)
            && (e.gap.is_some() || e.journal == Agree)
            // "Circulation" is not "Circulation Research", though one name holds the other; of
            // proceedings, which have no volume, one source gives the short name.
            && (!e.named
                || e.journal == Agree
                || [e.volume, e.issue, e.pages, e.doi].contains(&Agree)
                || e.unnumbered)
            && e.overlap.is_none_or(|o| o > 0.6)
            && none_of(
                &[e.journal, e.volume, e.issue, e.pages, e.doi, e.meeting],
                Conflict,
            )
    }),
];

fn same_text(e: &Evidence) -> bool {
    e.title >= 0.95 && e.authors == Agree && abstracts(e, 0.9)
}

/// The veto that forbids the two to be one record.
pub(super) fn veto(e: &Evidence) -> Option<&'static str> {
    VETOES.iter().find(|v| (v.holds)(e)).map(|v| v.name)
}

/// The veto between two members of joining clusters; identical records never stand in the way.
pub(super) fn veto_between(e: &Evidence) -> Option<&'static str> {
    if e.trials {
        return (e.registry != Agree).then_some("registry");
    }
    let one_kind = none_of(&[e.notice, e.version, e.thesis], Conflict);
    if e.identical && one_kind && !e.empty {
        None
    } else {
        veto(e)
    }
}

/// Decides on two records.
pub(super) fn decide(e: &Evidence) -> Decision {
    if e.kind == Conflict {
        return Decision::Vetoed("kind");
    }
    if e.trials {
        return if e.registry == Agree {
            Decision::Same {
                rank: 0,
                rule: "same-registry",
            }
        } else {
            Decision::Vetoed("registry")
        };
    }
    let one_kind = none_of(&[e.notice, e.version, e.thesis], Conflict) && !e.apart;
    if e.identical && one_kind && e.pmid == Unknown && !(e.empty && e.generic) {
        let rank = RULES
            .iter()
            .position(|r| r.name == "identical")
            .unwrap_or(0);
        return Decision::Same {
            rank,
            rule: "identical",
        };
    }
    let accepted = RULES.iter().enumerate().find(|(_, r)| (r.holds)(e));
    match (veto(e), accepted) {
        (None, Some((rank, rule))) => Decision::Same {
            rank,
            rule: rule.name,
        },
        (Some(name), _) => {
            if ask(e, Some(name)) {
                Decision::Ask(name)
            } else {
                Decision::Vetoed(name)
            }
        }
        (None, None) => {
            if ask(e, None) {
                Decision::Ask(stopped_by(e))
            } else {
                Decision::Apart
            }
        }
    }
}

/// Whether a person should look although no rule accepts.
fn ask(e: &Evidence, veto: Option<&str>) -> bool {
    if matches!(
        veto,
        Some("kind" | "pmid" | "notice" | "part" | "version" | "content")
    ) {
        return false;
    }
    if veto == Some("wording") {
        // A letter may be misread where all the rest, and all of the text, is the same.
        return e.authors == Agree
            && e.title >= 0.9
            && abstracts(e, 0.95)
            && (place(e) || e.doi == Agree)
            && near(e, 0);
    }
    if e.pmid == Agree && foreign(e) {
        return true;
    }
    if veto == Some("doi-text") {
        return e.title >= 0.9;
    }
    let conflicts = [e.volume, e.issue, e.pages, e.doi, e.digits, e.journal]
        .iter()
        .filter(|s| **s == Conflict)
        .count();
    let alike = e.title >= 0.9 && !e.generic && !e.replaced && e.authors == Agree;
    // In another journal it is another printing, unless something of its place agrees.
    let printed = e.journal != Conflict || [e.volume, e.pages, e.doi].contains(&Agree);
    let moved = alike && conflicts <= 1 && near(e, 1) && printed;
    // One text in two journals' volumes was printed, or spoken, twice.
    let same_text = alike && abstracts(e, 0.85) && conflicts <= 2 && near(e, 2) && printed;
    let all_but_title = e.authors == Agree
        && place(e)
        && e.journal == Agree
        && near(e, 0)
        && none_of(&[e.issue, e.doi], Conflict)
        && (!e.titled || e.translated || e.title >= 0.5)
        && (!e.titled || e.own_pages && e.overlap.is_none_or(|o| o > 0.5) || abstracts(e, 0.75));
    // Without a title, or without authors on one side, what remains must be enough for a question.
    let untitled = !e.titled && e.doi == Agree && none_of(&[e.authors, e.volume], Conflict);
    let one_doi = e.doi == Agree
        && e.authors != Conflict
        && (e.title >= 0.9
            || e.title >= 0.5 && e.authors == Agree && e.overlap.is_none_or(|o| o > 0.5));
    let same = e.title >= 0.98 && !e.column && !e.replaced && e.length >= 8;
    let numbered = same
        && e.authors != Conflict
        && e.journal == Agree
        && e.volume == Agree
        && (e.issue == Agree || e.pages == Agree || e.authors == Agree && e.issue != Conflict)
        && near(e, 0)
        && conflicts <= 1
        && !e.empty;
    // One text twice in a volume: a version to come and the printed one, a paper and its reprint.
    let again = same
        && e.length >= 30
        && e.authors == Agree
        && e.journal == Agree
        && e.volume == Agree
        && near(e, 0)
        && e.doi != Conflict
        && e.overlap.is_none_or(|o| o > 0.5);
    // The beginning of a title is missing, or a headline stands before it.
    let headed = e.contained
        && e.length >= 30
        && e.authors == Agree
        && e.journal == Agree
        && near(e, 0)
        && conflicts == 0
        && e.overlap.is_none_or(|o| o > 0.6);
    again || headed || moved || same_text || all_but_title || untitled || one_doi || numbered
}

/// The field that kept the rules from accepting.
pub(super) fn stopped_by(e: &Evidence) -> &'static str {
    [
        (e.pmid == Agree && foreign(e), "pmid of another text"),
        (e.title < 0.9 || e.replaced, "title"),
        (e.pages == Conflict, "pages"),
        (e.volume == Conflict, "volume"),
        (e.doi == Conflict, "doi"),
        (e.issue == Conflict, "issue"),
        (e.journal == Conflict, "journal"),
        (e.journal == Unknown, "journal unknown"),
    ]
    .iter()
    .find(|(holds, _)| *holds)
    .map_or("too few fields", |(_, name)| name)
}

/// A score from 0 to 1 that orders the queue: the weight of what agrees, less what conflicts.
pub(super) fn score(e: &Evidence) -> f64 {
    let field = |sign: Sign, weight: f64| match sign {
        Agree => weight,
        Unknown => 0.4 * weight,
        Conflict => 0.0,
    };
    let year = match e.gap {
        Some(0) => 1.0,
        Some(1) => 0.7,
        None => 0.4,
        Some(_) => 0.0,
    };
    let total = 8.0 * e.title
        + field(e.doi, 3.0)
        + field(e.authors, 3.0)
        + 2.0 * year
        + field(e.journal, 2.0)
        + field(e.pages, 3.0)
        + field(e.volume, 2.0)
        + field(e.issue, 1.0)
        + 3.0 * e.overlap.unwrap_or(0.4);
    (total / 27.0 * 1000.0).round() / 1000.0
}
