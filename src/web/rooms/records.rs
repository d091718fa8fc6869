//! Find any record: by words, identifier, source, place.

use crate::model::{Place, RecordId};
use crate::screen::{self, desk};
use crate::store::Reader;
use crate::store::read::{Person, ReportRow};
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{day, escaped, grouped, minute};
use askama::Template;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Reports on one page.
const SHOWN: usize = 50;

#[derive(Template, Serialize)]
#[template(path = "records.html")]
struct RecordsPage {
    #[serde(skip)]
    shell: Shell,
    words: String,
    total: u64,
    found: Vec<Found>,
    #[serde(skip)]
    more: bool,
    places: Vec<Facet>,
    sources: Vec<Facet>,
    #[serde(skip)]
    newest: bool,
    #[serde(skip)]
    from: String,
    #[serde(skip)]
    to: String,
    page: usize,
    pages: usize,
    #[serde(skip)]
    hidden: Vec<(&'static str, String)>,
    #[serde(skip)]
    tail: String,
}

#[derive(Serialize)]
struct Facet {
    name: String,
    n: u64,
    #[serde(skip)]
    here: bool,
    #[serde(skip)]
    address: String,
}

#[derive(Serialize)]
struct Found {
    report: RecordId,
    title: String,
    citation: String,
    year: Option<u16>,
    sources: Vec<String>,
    place: &'static str,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
}

/// Where a report is, as a person may know it: what is open is "to decide" or "decided, not
/// settled", whoever else voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    ToDecide,
    Open,
    Decided,
    Excluded,
    Forward,
    Included,
    NotRetrieved,
    Removed,
    Waiting,
}

impl Spot {
    const ALL: [Self; 9] = [
        Self::ToDecide,
        Self::Open,
        Self::Decided,
        Self::Excluded,
        Self::Forward,
        Self::Included,
        Self::NotRetrieved,
        Self::Removed,
        Self::Waiting,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::ToDecide => "To decide",
            Self::Open => "In screening",
            Self::Decided => "Decided, not settled",
            Self::Excluded => "Excluded",
            Self::Forward => "Taken forward",
            Self::Included => "Included",
            Self::NotRetrieved => "Not retrieved",
            Self::Removed => "Removed before screening",
            Self::Waiting => "Not yet screened",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::ToDecide => "to-decide",
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Excluded => "excluded",
            Self::Forward => "forward",
            Self::Included => "included",
            Self::NotRetrieved => "not-retrieved",
            Self::Removed => "removed",
            Self::Waiting => "waiting",
        }
    }

    fn class(self) -> (&'static str, &'static str) {
        match self {
            Self::Included => ("include", "+"),
            Self::Excluded => ("exclude", "×"),
            Self::ToDecide | Self::Open | Self::Decided | Self::Waiting => ("open", ""),
            Self::Forward | Self::NotRetrieved | Self::Removed => ("plain", ""),
        }
    }
}

/// Own decisions by report, of the phases in which votes are blind.
struct Eyes {
    title: BTreeSet<RecordId>,
    full: BTreeSet<RecordId>,
    votes: bool,
}

impl Eyes {
    fn of(reader: Reader<'_>, person: &Person) -> Result<Self, Problem> {
        use crate::model::Phase;
        let own = |phase| -> Result<BTreeSet<RecordId>, Problem> {
            Ok(reader
                .own_decisions(person.id, phase)?
                .iter()
                .map(|own| own.report)
                .collect())
        };
        Ok(Self {
            title: own(Phase::TitleAbstract)?,
            full: own(Phase::FullText)?,
            votes: desk::may_decide(person),
        })
    }

    fn spot(&self, report: RecordId, place: Place) -> Spot {
        let open = |own: &BTreeSet<RecordId>| {
            if own.contains(&report) {
                Spot::Decided
            } else if self.votes {
                Spot::ToDecide
            } else {
                Spot::Open
            }
        };
        match place {
            Place::Compare | Place::Filter => Spot::Waiting,
            Place::Removed => Spot::Removed,
            Place::TitleOpen | Place::TitleConflict => open(&self.title),
            Place::FulltextOpen | Place::FulltextConflict => {
                if self.full.contains(&report) {
                    Spot::Decided
                } else {
                    Spot::Forward
                }
            }
            Place::RetrievalOpen => Spot::Forward,
            Place::TitleExcluded | Place::FulltextExcluded => Spot::Excluded,
            Place::NotRetrieved => Spot::NotRetrieved,
            Place::Included => Spot::Included,
        }
    }
}

/// The reports that words, an identifier or an id name, the best match first.
pub(in crate::web) fn find(reader: Reader<'_>, words: &str) -> Result<Vec<RecordId>, Problem> {
    let mut out = Vec::new();
    // A text that is an identifier comes first, and nothing keeps it from being words as well.
    if !words.contains(char::is_whitespace) {
        let bare = words
            .split_once(':')
            .filter(|(field, _)| {
                ["pmid", "doi", "nct", "id"].contains(&field.to_lowercase().as_str())
            })
            .map_or(words, |(_, value)| value);
        out = reader.find_reports(bare)?;
    }
    let query = query(words);
    if !query.is_empty() {
        for report in reader.with_words(&query)? {
            if !out.contains(&report) || out.len() > 1_000 {
                out.push(report);
            }
        }
    }
    Ok(out)
}

/// Words as FTS5 asks: each has to be there, `"two words"` together, `-word` not, `title:word` in
/// one field. Every word goes in quotes, so that no sign of it is a command.
fn query(words: &str) -> String {
    const FIELDS: [(&str, &str); 8] = [
        ("title", "title"),
        ("abstract", "abstract"),
        ("author", "people"),
        ("journal", "journal"),
        ("pmid", "ids"),
        ("doi", "ids"),
        ("nct", "ids"),
        ("id", "ids"),
    ];
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    let mut rest = words.trim();
    while !rest.is_empty() {
        let (minus, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let field = FIELDS.iter().find_map(|(name, column)| {
            let after = after.strip_prefix(name)?.strip_prefix(':')?;
            Some((*column, after))
        });
        let (column, after) = field.map_or((None, after), |(column, after)| (Some(column), after));
        let quote = after.chars().next().filter(|c| "\"“”„".contains(*c));
        let (word, next) = match quote {
            Some(quote) => {
                let inner = after.get(quote.len_utf8()..).unwrap_or_default();
                let end = inner.find(['"', '“', '”', '„']).unwrap_or(inner.len());
                let behind = inner.get(end..).unwrap_or_default();
                let mut letters = behind.chars();
                letters.next();
                (inner.get(..end).unwrap_or_default(), letters.as_str())
            }
            None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                after.split_at(end)
            }
        };
        rest = next.trim_start();
        let (bare, star) = match word.strip_suffix('*') {
            Some(bare) => (bare, "*"),
            None => (word, ""),
        };
        if !bare.chars().any(char::is_alphanumeric) {
            continue;
        }
        let said = format!("\"{}\"{star}", bare.replace('"', " "));
        let said = column.map_or_else(|| said.clone(), |column| format!("{column} : {said}"));
        if minus {
            unwanted.push(said);
        } else {
            wanted.push(said);
        }
    }
    if wanted.is_empty() {
        return String::new();
    }
    let mut out = wanted.join(" AND ");
    for word in unwanted {
        out = format!("({out}) NOT ({word})");
    }
    out
}

/// The page.
pub(in crate::web) fn search(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let words = ask.query.get("q").unwrap_or_default().to_owned();
    if words.chars().count() > 400 {
        return Err(Problem::Bad(
            "a search has at most 400 characters".to_owned(),
        ));
    }
    let eyes = Eyes::of(reader, &who.person)?;
    let all: Vec<ReportRow> = if words.is_empty() {
        reader.reports()?
    } else {
        let mut rows = Vec::new();
        for report in find(reader, &words)? {
            rows.extend(reader.report(report)?);
        }
        rows
    };
    let sources = reader.sources_of_reports()?;
    let years = reader.years_of_reports()?;
    let place = ask.query.get("place").unwrap_or_default().to_owned();
    let source = ask.query.get("source").unwrap_or_default().to_owned();
    let year = |name: &str| {
        ask.query
            .get(name)
            .and_then(|year| year.parse::<u16>().ok())
    };
    let (from, to) = (year("from"), year("to"));
    let newest = ask.query.get("order") == Some("newest");
    let none: Vec<String> = Vec::new();
    let of = |report: RecordId| sources.get(&report).unwrap_or(&none);
    let in_years = |row: &ReportRow| {
        let year = years.get(&row.id).copied();
        from.is_none_or(|from| year.is_some_and(|year| year >= from))
            && to.is_none_or(|to| year.is_some_and(|year| year <= to))
    };
    let in_place =
        |row: &ReportRow| place.is_empty() || eyes.spot(row.id, row.place).word() == place;
    let in_source = |row: &ReportRow| source.is_empty() || of(row.id).contains(&source);
    let mut by_place: BTreeMap<Spot, u64> = BTreeMap::new();
    let mut by_source: BTreeMap<String, u64> = BTreeMap::new();
    let mut matching = Vec::new();
    let (mut any_place, mut any_source) = (0, 0);
    for row in all {
        if !in_years(&row) {
            continue;
        }
        let (placed, sourced) = (in_place(&row), in_source(&row));
        if sourced {
            any_place += 1;
            *by_place.entry(eyes.spot(row.id, row.place)).or_default() += 1;
        }
        if placed {
            any_source += 1;
            for name in of(row.id) {
                *by_source.entry(name.clone()).or_default() += 1;
            }
        }
        if placed && sourced {
            matching.push(row);
        }
    }
    if newest {
        matching.sort_by_key(|row| (std::cmp::Reverse(years.get(&row.id).copied()), row.id));
    }
    let total = matching.len();
    let pages = total.div_ceil(SHOWN).max(1);
    let page = ask
        .query
        .get("page")
        .and_then(|n| n.parse::<usize>().ok())
        .unwrap_or(1)
        .clamp(1, pages);
    let found = matching
        .into_iter()
        .skip((page - 1) * SHOWN)
        .take(SHOWN)
        .map(|row| {
            let spot = eyes.spot(row.id, row.place);
            let (class, sign) = spot.class();
            Found {
                report: row.id,
                title: row.title.clone().unwrap_or_else(|| "(no title)".to_owned()),
                citation: row.citation.clone(),
                year: years.get(&row.id).copied(),
                sources: of(row.id).clone(),
                place: spot.words(),
                class,
                sign,
            }
        })
        .collect();
    let keep = |without: &str| {
        let mut parts = Vec::new();
        for (name, value) in [
            ("q", words.clone()),
            ("place", place.clone()),
            ("source", source.clone()),
            ("from", from.map(|y| y.to_string()).unwrap_or_default()),
            ("to", to.map(|y| y.to_string()).unwrap_or_default()),
            (
                "order",
                if newest {
                    "newest".to_owned()
                } else {
                    String::new()
                },
            ),
        ] {
            if name != without && !value.is_empty() {
                parts.push(format!("{name}={}", escaped(&value)));
            }
        }
        parts.join("&")
    };
    let with = |name: &str, value: &str| {
        let rest = keep(name);
        match (value.is_empty(), rest.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("?{rest}"),
            (false, true) => format!("?{name}={}", escaped(value)),
            (false, false) => format!("?{rest}&{name}={}", escaped(value)),
        }
    };
    let mut places = vec![Facet {
        name: "Any place".to_owned(),
        n: any_place,
        here: place.is_empty(),
        address: with("place", ""),
    }];
    for spot in Spot::ALL {
        let n = by_place.get(&spot).copied().unwrap_or(0);
        if n > 0 || spot.word() == place {
            places.push(Facet {
                name: spot.words().to_owned(),
                n,
                here: spot.word() == place,
                address: with("place", spot.word()),
            });
        }
    }
    let mut facets = vec![Facet {
        name: "Any source".to_owned(),
        n: any_source,
        here: source.is_empty(),
        address: with("source", ""),
    }];
    facets.extend(by_source.into_iter().map(|(name, n)| Facet {
        here: name == source,
        address: with("source", &name),
        name,
        n,
    }));
    let hidden = [
        ("place", place.clone()),
        ("source", source.clone()),
        (
            "order",
            if newest {
                "newest".to_owned()
            } else {
                String::new()
            },
        ),
    ];
    let page_of = RecordsPage {
        shell: Shell::of(site, reader, who, ("Records", "/records"))?,
        total: total as u64,
        found,
        more: page < pages,
        places,
        sources: facets,
        newest,
        from: from.map(|y| y.to_string()).unwrap_or_default(),
        to: to.map(|y| y.to_string()).unwrap_or_default(),
        page,
        pages,
        hidden: hidden
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        tail: {
            let kept = keep("page");
            if kept.is_empty() {
                String::new()
            } else {
                format!("{kept}&")
            }
        },
        words,
    };
    Answer::page(ask.json, &page_of)
}

impl RecordsPage {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
        reason = "called by templates, with references"
    )]
    fn grouped(&self, n: &u64) -> String {
        grouped(*n)
    }

    #[expect(clippy::unused_self, reason = "called by templates")]
    fn listed(&self, words: &[String]) -> String {
        words.join(", ")
    }

    fn order(&self, newest: bool) -> String {
        let rest = self.tail.replace("order=newest&", "");
        if newest {
            format!("?{rest}order=newest")
        } else {
            format!("?{}", rest.trim_end_matches('&'))
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "report_card.html")]
struct ReportPage {
    #[serde(skip)]
    shell: Shell,
    report: RecordId,
    title: String,
    authors: Vec<String>,
    journal: Option<String>,
    year: Option<u16>,
    #[serde(rename = "abstract")]
    abstract_text: Option<String>,
    place: &'static str,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
    records: Vec<Returned>,
    trail: Vec<Step>,
    /// Whether something is withheld until the report is settled.
    withheld: bool,
    #[serde(skip)]
    may_decide: bool,
    /// Whether this person joins and parts reports.
    #[serde(skip)]
    may_judge: bool,
}

#[derive(Serialize)]
struct Returned {
    record: RecordId,
    source: String,
    key: String,
    found: Option<String>,
    title: Option<String>,
}

#[derive(Serialize)]
struct Step {
    at: String,
    what: String,
    said: String,
}

/// One report: its records, and its trail as far as this person may see it.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let text = ask.part(1).unwrap_or_default();
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let row = screen::decide::find(reader, &text)?;
    if text != row.id.to_string() {
        let twin = if ask.json { ".json" } else { "" };
        let answer = Answer::to(&format!("{}/records/{}{twin}", site.base, row.id));
        return Ok(answer);
    }
    let workflow = site.protocol(reader)?;
    let card = screen::card::card(reader, &text, Some(&who.person))?;
    let mut records = Vec::new();
    let mut trail = Vec::new();
    for record in reader.records_of(row.id)? {
        let event = reader.event(record.seq)?;
        let found = event.as_ref().map(|event| day(&event.at).to_owned());
        if let Some(event) = event {
            trail.push(Step {
                at: minute(&event.at),
                what: "found".to_owned(),
                said: format!("by {}", record.source),
            });
        }
        records.push(Returned {
            record: record.id,
            source: record.source,
            key: record.key,
            found,
            title: record.title,
        });
    }
    if let Some(removal) = reader.removal(row.id)? {
        trail.push(Step {
            at: String::new(),
            what: "removed".to_owned(),
            said: format!("by the rule {}: {}", removal.rule, removal.evidence),
        });
    }
    let mut withheld = false;
    for vote in reader.unblinded().votes(row.id)? {
        let settled = row.place.is_settled(vote.phase);
        // Who took a vote back is not told that it stays in the set of votes, which is not settled.
        if vote.undone || (vote.let_go && !settled) {
            continue;
        }
        let own = vote.person == who.person.id;
        if !(own || settled) {
            continue;
        }
        let by = if own {
            "You".to_owned()
        } else {
            reader
                .person_by_id(vote.person)?
                .map_or_else(|| vote.person.to_string(), |person| person.display())
        };
        let reason = vote.reason.as_deref().map(|code| {
            let known = workflow
                .screening
                .reasons
                .iter()
                .find(|known| known.code == code);
            known.map_or(code, |known| known.text.as_str()).to_owned()
        });
        let reason = reason.map(|text| format!(", {text}")).unwrap_or_default();
        let note = vote
            .note
            .as_deref()
            .map(|note| format!(" “{note}”"))
            .unwrap_or_default();
        let what = if vote.settles { "settled" } else { "decision" };
        trail.push(Step {
            at: minute(&vote.at),
            what: what.to_owned(),
            said: format!("{by}: {}{reason} ({}){note}", vote.choice, vote.phase),
        });
    }
    if row.place.is_open() {
        withheld = true;
    }
    let spot = Eyes::of(reader, &who.person)?.spot(row.id, row.place);
    let (class, sign) = spot.class();
    let page = ReportPage {
        shell: Shell::of(site, reader, who, ("Record", "/records"))?,
        report: row.id,
        title: card
            .record
            .title
            .clone()
            .unwrap_or_else(|| "(no title)".to_owned()),
        authors: card.record.authors.clone(),
        journal: card.record.journal.clone(),
        year: card.record.year,
        abstract_text: card.record.abstract_text.clone(),
        place: spot.words(),
        class,
        sign,
        records,
        trail,
        withheld,
        may_judge: super::duplicates::may(reader, who)?,
        may_decide: desk::may_decide(&who.person)
            && matches!(row.place, Place::TitleOpen | Place::TitleConflict),
    };
    Answer::page(ask.json, &page)
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn words_become_a_query_that_cannot_go_wrong() {
        assert_eq!(query("isatuximab"), "\"isatuximab\"");
        assert_eq!(query("a b"), "\"a\" AND \"b\"");
        assert_eq!(
            query("\"two words\" -mice"),
            "(\"two words\") NOT (\"mice\")"
        );
        assert_eq!(
            query("title:car* nct:NCT0213"),
            "title : \"car\"* AND ids : \"NCT0213\""
        );
        assert_eq!(
            query("AND OR NOT ( ) * \" :"),
            "\"AND\" AND \"OR\" AND \"NOT\""
        );
        assert_eq!(query("-only"), "");
        assert_eq!(query("“quoted words” x"), "\"quoted words\" AND \"x\"");
        assert_eq!(query("a\"b"), "\"a b\"");
    }
}
