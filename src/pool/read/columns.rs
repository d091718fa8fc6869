//! Which column of a study file is what: our own names, metafor's, meta's and RevMan's.
//!
//! Names are compared without regard to case, blanks, dots, hyphens and underscores. Our own names
//! ([`Kind::columns`]) win; where they do not make a set, the others are tried. A number may also be
//! given as another that it follows from: a variance as a standard error or an interval, people as
//! events and non-events, a standard deviation as a standard error.

use crate::pool::measure::{Kind, Measure};
use crate::table::{ReadError, Table};

/// The names of the others, by ours: metafor's `escalc`, meta's `metabin` and its kin, RevMan 5 and
/// RevMan Web's data package, and what people write. The first that is there is taken.
const NAMES: [(&str, &[&str]); 30] = [
    (
        "study",
        &[
            "study",
            "studlab",
            "slab",
            "studyid",
            "studyname",
            "studies",
            "trial",
            "trialname",
            "trialid",
            "author",
            "authors",
            "authoryear",
            "name",
        ],
    ),
    (
        "e1",
        &[
            "e1",
            "ai",
            "evente",
            "eventse",
            "event1",
            "events1",
            "experimentalcases",
            "experimentalevents",
            "eventsexperimental",
            "eventexperimental",
            "eventsexp",
            "tpos",
            "treatmentevents",
            "eventstreatment",
            "interventionevents",
            "eventsintervention",
            "x1i",
            "x1",
            "r1",
            "eventst",
            "eventt",
        ],
    ),
    (
        "n1",
        &[
            "n1",
            "n1i",
            "ne",
            "experimentaln",
            "experimentaltotal",
            "totalexperimental",
            "nexperimental",
            "totale",
            "totalexp",
            "treatmenttotal",
            "totaltreatment",
            "ntreatment",
            "treatmentn",
            "interventiontotal",
            "totalintervention",
            "nintervention",
            "interventionn",
            "total1",
            "nt",
            "ntreat",
        ],
    ),
    (
        "e2",
        &[
            "e2",
            "ci",
            "eventc",
            "eventsc",
            "event2",
            "events2",
            "controlcases",
            "controlevents",
            "eventscontrol",
            "eventcontrol",
            "eventsctrl",
            "cpos",
            "comparatorevents",
            "eventscomparator",
            "x2i",
            "x2",
            "r2",
        ],
    ),
    (
        "n2",
        &[
            "n2",
            "n2i",
            "nc",
            "controln",
            "controltotal",
            "totalcontrol",
            "ncontrol",
            "totalc",
            "totalctrl",
            "comparatortotal",
            "totalcomparator",
            "ncomparator",
            "total2",
            "nctrl",
        ],
    ),
    ("b1", &["b1", "bi", "noneventse", "nonevents1", "tneg"]),
    ("b2", &["b2", "di", "noneventsc", "nonevents2", "cneg"]),
    (
        "mean1",
        &[
            "mean1",
            "m1i",
            "meane",
            "m1",
            "experimentalmean",
            "meanexperimental",
            "treatmentmean",
            "meantreatment",
            "interventionmean",
            "meanintervention",
            "meant",
        ],
    ),
    (
        "sd1",
        &[
            "sd1",
            "sd1i",
            "sde",
            "experimentalsd",
            "sdexperimental",
            "treatmentsd",
            "sdtreatment",
            "interventionsd",
            "sdintervention",
            "s1",
            "sdt",
        ],
    ),
    (
        "mean2",
        &[
            "mean2",
            "m2i",
            "meanc",
            "m2",
            "controlmean",
            "meancontrol",
            "comparatormean",
            "meancomparator",
        ],
    ),
    (
        "sd2",
        &[
            "sd2",
            "sd2i",
            "sdc",
            "controlsd",
            "sdcontrol",
            "comparatorsd",
            "sdcomparator",
            "s2",
        ],
    ),
    (
        "se1",
        &["se1", "sem1", "see", "semt", "experimentalse", "se1i"],
    ),
    ("se2", &["se2", "sem2", "sec", "semc", "controlse", "se2i"]),
    (
        "yi",
        &[
            "yi",
            "te",
            "effect",
            "estimate",
            "es",
            "effectsize",
            "givmean",
            "y",
            "md",
            "smd",
            "rd",
            "meandifference",
            "g",
            "d",
            "hedgesg",
            "cohensd",
        ],
    ),
    ("logrr", &["logrr", "lnrr", "logriskratio"]),
    ("logor", &["logor", "lnor", "logoddsratio"]),
    ("loghr", &["loghr", "lnhr", "loghazardratio"]),
    ("logirr", &["logirr", "lnirr", "lograteratio"]),
    (
        "vi",
        &[
            "vi",
            "variance",
            "var",
            "vary",
            "vy",
            "varyi",
            "v",
            "samplingvariance",
        ],
    ),
    (
        "se",
        &[
            "se",
            "sei",
            "sete",
            "stderr",
            "standarderror",
            "seyi",
            "givse",
            "sem",
            "selogor",
            "selnor",
            "selogrr",
            "selnrr",
            "seloghr",
            "selnhr",
            "selogirr",
            "selnirr",
            "sey",
        ],
    ),
    ("hr", &["hr", "hazardratio"]),
    ("or", &["or", "oddsratio"]),
    ("rr", &["rr", "riskratio", "relativerisk"]),
    ("irr", &["irr", "rateratio", "incidencerateratio"]),
    (
        "ci_lb",
        &[
            "cilb",
            "lower",
            "lcl",
            "cilower",
            "lowerci",
            "cilo",
            "cilow",
            "lowci",
            "lci",
            "ll",
            "low",
            "lower95",
            "lower95ci",
            "ci95lower",
            "lowerlimit",
            "lowerbound",
            "cistart",
            "lowerte",
            "cil",
            "lb",
            "95cilower",
            "95lower",
            "min95",
            "lo",
            "llci",
        ],
    ),
    (
        "ci_ub",
        &[
            "ciub",
            "upper",
            "ucl",
            "ciupper",
            "upperci",
            "cihi",
            "cihigh",
            "highci",
            "uci",
            "ul",
            "high",
            "upper95",
            "upper95ci",
            "ci95upper",
            "upperlimit",
            "upperbound",
            "ciend",
            "upperte",
            "ciu",
            "ub",
            "95ciupper",
            "95upper",
            "max95",
            "hi",
            "ulci",
        ],
    ),
    ("oe", &["oe", "ominuse", "oei", "observedexpected"]),
    ("v", &["v", "variance", "vi", "var"]),
    (
        "e",
        &["e", "xi", "event", "events", "x", "cases", "r", "positive"],
    ),
    (
        "n",
        &[
            "n",
            "ni",
            "total",
            "samplesize",
            "participants",
            "people",
            "ntotal",
        ],
    ),
];

/// Person-time: `t1` is nobody's treatment.
const TIMES: [(&str, &[&str]); 2] = [
    (
        "t1",
        &[
            "t1",
            "t1i",
            "timee",
            "time1",
            "persontime1",
            "personyears1",
            "py1",
            "pt1",
            "experimentaltime",
            "timeexperimental",
            "persontimee",
        ],
    ),
    (
        "t2",
        &[
            "t2",
            "t2i",
            "timec",
            "time2",
            "persontime2",
            "personyears2",
            "py2",
            "pt2",
            "controltime",
            "timecontrol",
            "persontimec",
        ],
    ),
];

/// How the numbers of a kind follow from the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recipe {
    /// They stand there.
    Given,
    /// Events and non-events of two arms.
    NonEvents,
    /// Events and non-events of one arm.
    NonEventsSingle,
    /// Standard errors in place of standard deviations.
    StandardErrors,
    /// A standard error in place of a variance.
    StandardError,
    /// An interval in place of a variance.
    Interval,
}

/// The sets of columns that make a kind, our own first.
const SETS: [(Kind, Recipe, &[&str]); 22] = [
    (Kind::Binary, Recipe::Given, &["e1", "n1", "e2", "n2"]),
    (Kind::Binary, Recipe::NonEvents, &["e1", "b1", "e2", "b2"]),
    (
        Kind::Continuous,
        Recipe::Given,
        &["n1", "mean1", "sd1", "n2", "mean2", "sd2"],
    ),
    (
        Kind::Continuous,
        Recipe::StandardErrors,
        &["n1", "mean1", "se1", "n2", "mean2", "se2"],
    ),
    (Kind::Rate, Recipe::Given, &["e1", "t1", "e2", "t2"]),
    (Kind::Oev, Recipe::Given, &["oe", "v"]),
    (Kind::Hr, Recipe::Given, &["hr", "ci_lb", "ci_ub"]),
    (Kind::Hr, Recipe::Given, &["or", "ci_lb", "ci_ub"]),
    (Kind::Hr, Recipe::Given, &["rr", "ci_lb", "ci_ub"]),
    (Kind::Hr, Recipe::Given, &["irr", "ci_lb", "ci_ub"]),
    (Kind::Generic, Recipe::Given, &["yi", "vi"]),
    (Kind::Generic, Recipe::StandardError, &["yi", "se"]),
    (Kind::Generic, Recipe::Interval, &["yi", "ci_lb", "ci_ub"]),
    (Kind::Generic, Recipe::StandardError, &["logor", "se"]),
    (Kind::Generic, Recipe::StandardError, &["logrr", "se"]),
    (Kind::Generic, Recipe::StandardError, &["loghr", "se"]),
    (Kind::Generic, Recipe::StandardError, &["logirr", "se"]),
    (
        Kind::Generic,
        Recipe::Interval,
        &["logor", "ci_lb", "ci_ub"],
    ),
    (
        Kind::Generic,
        Recipe::Interval,
        &["logrr", "ci_lb", "ci_ub"],
    ),
    (
        Kind::Generic,
        Recipe::Interval,
        &["loghr", "ci_lb", "ci_ub"],
    ),
    (
        Kind::Generic,
        Recipe::Interval,
        &["logirr", "ci_lb", "ci_ub"],
    ),
    (Kind::Proportion, Recipe::Given, &["e", "n"]),
];

/// Proportions as metafor has them.
const SINGLE: (Kind, Recipe, &[&str]) = (Kind::Proportion, Recipe::NonEventsSingle, &["e", "m"]);

/// Where the columns of a file's data stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What the numbers are.
    pub kind: Kind,
    /// The measure that the names of the columns say, as `or` beside its interval does.
    pub measure: Option<Measure>,
    pub(super) recipe: Recipe,
    /// Where the numbers stand, in the order of the set.
    pub(super) numbers: Vec<usize>,
    pub(super) study: Option<usize>,
    pub(super) year: Option<usize>,
    pub(super) level: Option<usize>,
    pub(super) analysis: Option<usize>,
}

/// A name without what people write differently.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

struct Header {
    plain: Vec<String>,
}

impl Header {
    fn place(&self, name: &str) -> Option<usize> {
        self.plain.iter().position(|known| known == name)
    }

    /// The column of one of our names, by any name.
    fn find(&self, ours: &str) -> Option<usize> {
        let metafor_counts = self.place("ai").is_some();
        let all = NAMES.iter().chain(&TIMES);
        let (_, names) = all.into_iter().find(|(name, _)| *name == ours)?;
        names
            .iter()
            // `ci` is metafor's count of events, and everybody else's interval.
            .filter(|name| metafor_counts || !matches!(**name, "ci" | "bi" | "di"))
            .find_map(|name| self.place(name))
    }
}

/// The measure that a set of columns is of.
fn measure_of(columns: &[&str]) -> Option<Measure> {
    match columns.first().copied() {
        Some("hr" | "loghr") => Some(Measure::Hr),
        Some("or" | "logor") => Some(Measure::Or),
        Some("rr" | "logrr") => Some(Measure::Rr),
        Some("irr" | "logirr") => Some(Measure::Irr),
        _ => None,
    }
}

type Set = (Kind, Recipe, &'static [&'static str], Vec<usize>);

impl Table {
    /// The columns of the kind asked for, else of the kind that the columns and the measure leave.
    pub fn columns(
        &self,
        asked: Option<Kind>,
        measure: Option<Measure>,
    ) -> Result<Columns, ReadError> {
        let exact = |name: &str| self.place(name);
        let header = Header {
            plain: self.header().iter().map(|name| plain(name)).collect(),
        };
        let fits = |(kind, _, columns): &(Kind, Recipe, &[&str])| {
            let own = measure_of(columns);
            asked.is_none_or(|asked| asked == *kind)
                && match (measure, own) {
                    (Some(measure), Some(own)) => measure == own,
                    (Some(measure), None) => measure.kinds().contains(kind),
                    (None, _) => true,
                }
        };
        let mine: Vec<Set> = sets()
            .filter(|set| fits(set))
            .filter_map(|(kind, recipe, columns)| {
                let places: Option<Vec<usize>> = columns.iter().map(|c| exact(c)).collect();
                Some((kind, recipe, columns, places?))
            })
            .collect();
        if let Some(found) = one_of(mine, measure)? {
            return Ok(self.made(found, &header));
        }
        let other: Vec<Set> = sets()
            .filter(|set| fits(set))
            .filter_map(|(kind, recipe, columns)| {
                let places: Option<Vec<usize>> = columns
                    .iter()
                    .map(|c| match *c {
                        "m" => header.place("xi").and_then(|_| header.place("mi")),
                        c => header.find(c),
                    })
                    .collect();
                let mut places = places?;
                let all = places.clone();
                places.sort_unstable();
                places.dedup();
                // One column is not two things.
                (places.len() == all.len()).then_some((kind, recipe, columns, all))
            })
            .collect();
        if let Some(found) = one_of(other, measure)? {
            return Ok(self.made(found, &header));
        }
        Err(self.lacks(asked, measure))
    }

    fn made(&self, (kind, recipe, columns, numbers): Set, header: &Header) -> Columns {
        let free = |place: Option<usize>| place.filter(|place| !numbers.contains(place));
        // Without a name that we know, the first column of words names the studies.
        let words = || {
            (0..self.header().len()).find(|place| {
                let mut cells = self.records().filter_map(|record| record.get(*place));
                let first = cells.next().unwrap_or_default();
                !numbers.contains(place) && !first.is_empty() && first.parse::<f64>().is_err()
            })
        };
        let study = self.place("study").or_else(|| header.find("study"));
        let study = free(study).or_else(words);
        let year = ["year", "studyyear", "pubyear", "publicationyear"]
            .iter()
            .find_map(|name| header.place(name));
        // A column of authors alone does not tell studies apart.
        let authors = study.is_some_and(|place| {
            let name = header.plain.get(place).map(String::as_str);
            matches!(name, Some("author" | "authors"))
        });
        let interval = matches!(kind, Kind::Hr) || recipe == Recipe::Interval;
        let level = header.place("level").or_else(|| header.place("cilevel"));
        Columns {
            kind,
            measure: measure_of(columns),
            recipe,
            study,
            year: year.filter(|_| authors),
            level: free(level.filter(|_| interval)),
            analysis: free(
                header
                    .place("analysis")
                    .or_else(|| header.place("analysisname")),
            ),
            numbers,
        }
    }

    fn lacks(&self, asked: Option<Kind>, measure: Option<Measure>) -> ReadError {
        if let Some(kind) = asked {
            let absent: Vec<&str> = kind
                .columns()
                .iter()
                .copied()
                .filter(|column| self.place(column).is_none())
                .collect();
            return line(format!(
                "{} data need the columns {}: {} missing",
                kind.word(),
                kind.columns().join(", "),
                absent.join(", ")
            ));
        }
        let of = measure
            .map(|m| format!(" for {}", m.word()))
            .unwrap_or_default();
        line(format!(
            "no known set of columns{of} in {}",
            self.header().join(", ")
        ))
    }
}

/// The one set of several of one kind, the first; several kinds are a question, unless the measure
/// prefers one: counts and means before ratios, ratios before estimates.
fn one_of(found: Vec<Set>, measure: Option<Measure>) -> Result<Option<Set>, ReadError> {
    let Some((kind, ..)) = found.first() else {
        return Ok(None);
    };
    let first = *kind;
    let mut kinds: Vec<Kind> = found.iter().map(|(kind, ..)| *kind).collect();
    kinds.dedup();
    let named = |kind: Kind| {
        let ratios = found.iter().filter(|(k, ..)| *k == kind);
        let mut own: Vec<Measure> = ratios.filter_map(|(.., c, _)| measure_of(c)).collect();
        own.dedup();
        own
    };
    if kinds.len() == 1 {
        let own = named(first);
        if own.len() > 1 {
            let words: Vec<&str> = own.iter().map(|measure| measure.word()).collect();
            return Err(line(format!(
                "the columns hold several measures ({}): choose one with --measure",
                words.join(", ")
            )));
        }
        return Ok(found.into_iter().next());
    }
    if let Some(measure) = measure {
        // In the order of what the measure is made from.
        let order = measure.kinds();
        let rank = |kind: Kind| order.iter().position(|known| *known == kind);
        let best = kinds.iter().copied().min_by_key(|kind| rank(*kind));
        let close = kinds
            .iter()
            .filter(|kind| !secondary(measure, **kind))
            .count();
        if close < 2 {
            return Ok(found.into_iter().find(|(kind, ..)| Some(*kind) == best));
        }
    }
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    Err(line(format!(
        "the columns fit several types: {}; choose one with --type",
        words.join(", ")
    )))
}

fn line(reason: String) -> ReadError {
    ReadError::Line { line: 1, reason }
}

fn sets() -> impl Iterator<Item = (Kind, Recipe, &'static [&'static str])> {
    SETS.into_iter().chain([SINGLE])
}

/// Whether a measure is only also made from data of this kind.
fn secondary(measure: Measure, kind: Kind) -> bool {
    kind == Kind::Generic && measure != Measure::Gen || kind == Kind::Hr && measure != Measure::Hr
}

/// What a study file may hold, for a measure or for all: the sets of columns with the names of others.
///
/// ```
/// use perennial::pool::{Measure, read::wanted};
/// assert!(wanted(Some(Measure::Irr)).starts_with("IRR takes study,e1,t1,e2,t2"));
/// ```
pub fn wanted(measure: Option<Measure>) -> String {
    let ours = |kind: Kind| match kind {
        Kind::Binary => {
            "study,e1,n1,e2,n2 (metafor: ai,n1i,ci,n2i or ai,bi,ci,di; meta: event.e,n.e,event.c,n.c; \
             RevMan: Experimental cases, Experimental N, Control cases, Control N)"
        }
        Kind::Continuous => {
            "study,n1,mean1,sd1,n2,mean2,sd2 (metafor: n1i,m1i,sd1i,n2i,m2i,sd2i; meta: n.e,mean.e,sd.e,\
             n.c,mean.c,sd.c; RevMan: Experimental N, Experimental mean, Experimental SD, …; se1,se2 \
             in place of sd1,sd2)"
        }
        Kind::Generic => {
            "study,yi with vi, se or ci_lb,ci_ub, on the scale of pooling (metafor: yi,vi,sei; meta: \
             TE,seTE; RevMan: GIV Mean, GIV SE)"
        }
        Kind::Hr => {
            "study, the ratio (hr, or, rr, irr), ci_lb,ci_ub (or lower,upper) and, if not 95, level"
        }
        Kind::Oev => "study,oe,v (RevMan: O-E, Variance)",
        Kind::Rate => {
            "study,e1,t1,e2,t2 (metafor: x1i,t1i,x2i,t2i; meta: event.e,time.e,event.c,time.c)"
        }
        Kind::Proportion => "study,e,n (metafor: xi,ni or xi,mi; meta: event,n)",
    };
    match measure {
        Some(measure) => {
            let all: Vec<&str> = measure.kinds().iter().map(|kind| ours(*kind)).collect();
            format!("{} takes {}", measure.word(), all.join("; or "))
        }
        None => {
            let all: Vec<String> = Kind::ALL
                .iter()
                .map(|(kind, _)| format!("{}: {}", kind.word(), ours(*kind)))
                .collect();
            all.join("\n")
        }
    }
}
