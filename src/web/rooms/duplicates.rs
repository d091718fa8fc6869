//! Pairs that the rules left to people: both records side by side, what agrees, what stopped the rules,
//! what a merge would change; and parting a record from its report.

use crate::dedup::{self, Sign};
use crate::model::{Record, RecordId};
use crate::report::preview::{self, Moved, Preview};
use crate::screen::{Acting, ScreenError, decide as rules, pairs, undo as undoing};
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::once::{kept, once, onward, report, stale};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use askama::Template;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Template, Serialize)]
#[template(path = "duplicates.html")]
struct PairsPage {
    #[serde(skip)]
    shell: Shell,
    left: u64,
    #[serde(skip)]
    title: String,
    pairs: Vec<Row>,
    #[serde(skip)]
    more: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<Pair>,
    #[serde(skip)]
    done: Option<String>,
}

#[derive(Serialize)]
struct Row {
    a: RecordId,
    b: RecordId,
    title: String,
    why: String,
    #[serde(skip)]
    here: bool,
}

#[derive(Serialize)]
struct Pair {
    a: Side,
    b: Side,
    /// Whether the rules ask about it, rather than a person.
    open: bool,
    /// What stopped the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<String>,
    fields: Vec<Field>,
    agree: usize,
    conflict: usize,
    unknown: usize,
    would_change: Vec<Moved>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asks: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    one_report: bool,
    key: String,
    #[serde(skip)]
    next: Option<String>,
    #[serde(skip)]
    previous: Option<String>,
}

#[derive(Serialize)]
struct Side {
    record: RecordId,
    report: RecordId,
    source: String,
    place: &'static str,
}

#[derive(Serialize)]
struct Field {
    field: &'static str,
    verdict: &'static str,
    a: String,
    b: String,
    #[serde(skip)]
    name: &'static str,
    #[serde(skip)]
    words: &'static str,
    #[serde(skip)]
    sign: &'static str,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    left: Vec<Piece>,
    #[serde(skip)]
    right: Vec<Piece>,
    #[serde(skip)]
    long: bool,
    #[serde(skip)]
    stopped: bool,
}

/// A word of a title, marked where the other has it not.
struct Piece {
    text: String,
    only: bool,
}

/// Pairs beside the open one.
const SHOWN: usize = 12;

fn enter(reader: Reader<'_>, who: &Signed) -> Result<(), Problem> {
    if pairs::may_judge(reader, &who.person)? {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "uncertain pairs are for leads, and for reviewers where nobody leads".to_owned(),
    ))
}

/// The first pair; with `a` and `b` the pair that they name.
pub(in crate::web) fn next(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    if let (Some(a), Some(b)) = (ask.query.get("a"), ask.query.get("b")) {
        let snapshot = site.store.snapshot()?;
        let reader = snapshot.read();
        enter(reader, who)?;
        let (a, b) = (
            rules::find(reader, a)?.stands,
            rules::find(reader, b)?.stands,
        );
        return Ok(Answer::to(&format!("{}/duplicates/{a}/{b}", site.base)));
    }
    page(site, ask, who, None)
}

/// One pair, asked about or not.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let pair = (report(ask, 1)?, report(ask, 2)?);
    page(site, ask, who, Some(pair))
}

fn page(
    site: &Site,
    ask: &Ask,
    who: &Signed,
    asked: Option<(RecordId, RecordId)>,
) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    enter(reader, who)?;
    let open = reader.open_pairs()?;
    let here = asked.or_else(|| open.first().map(|pair| (pair.a, pair.b)));
    let at = open
        .iter()
        .position(|pair| here.is_some_and(|(a, b)| is_pair((pair.a, pair.b), (a, b))));
    let address = |n: usize| open.get(n).map(|pair| format!("{}/{}", pair.a, pair.b));
    let pair = match here {
        Some((a, b)) => {
            let acting = Acting::of(&who.person, site.now(), who.via);
            let row = |id: RecordId| -> Result<_, Problem> {
                let row = reader.record(id)?;
                row.ok_or_else(|| Problem::NotFound(format!("there is no record {id}")))
            };
            let (left, right) = (row(a)?, row(b)?);
            let preview = if left.report == right.report {
                Preview::default()
            } else {
                preview::of_merge(&site.store, &acting, (a, b))?
            };
            let asked = at.and_then(|at| open.get(at));
            let mut pair = pair(reader, (&left, &right), preview)?;
            pair.open = asked.is_some();
            if let Some(asked) = asked {
                for field in &mut pair.fields {
                    field.stopped = asked.why.starts_with(field.field);
                }
                pair.why = Some(asked.why.clone());
                pair.score = Some(asked.score.clone());
            }
            let after = at.map_or(0, |at| at + 1);
            pair.next = address(after).or_else(|| address(0));
            pair.next = pair.next.take_if(|next| *next != format!("{a}/{b}"));
            pair.previous = at.and_then(|at| at.checked_sub(1)).and_then(address);
            Some(pair)
        }
        None => None,
    };
    let left = open.len() as u64;
    let begin = at.unwrap_or(0).saturating_sub(2);
    let mut rows = Vec::new();
    for (n, one) in open.iter().enumerate().skip(begin).take(SHOWN) {
        let title = reader.record(one.a)?.and_then(|row| row.title);
        rows.push(Row {
            a: one.a,
            b: one.b,
            title: title.unwrap_or_else(|| "(no title)".to_owned()),
            why: one.why.clone(),
            here: Some(n) == at,
        });
    }
    let page = PairsPage {
        shell: Shell::of(site, reader, who, ("Duplicates", "/duplicates"))?,
        title: match (&pair, left) {
            (Some(pair), _) if pair.one_report => "One report".to_owned(),
            (Some(_), _) => "One report, or two?".to_owned(),
            (None, _) => "No pair waits for a person".to_owned(),
        },
        left,
        more: left.saturating_sub(rows.len() as u64),
        pairs: rows,
        pair,
        done: ask.query.get("done").and_then(said),
    };
    Answer::page(ask.json, &page)
}

fn is_pair(one: (RecordId, RecordId), other: (RecordId, RecordId)) -> bool {
    one == other || (one.1, one.0) == other
}

fn said(verdict: &str) -> Option<String> {
    let text = match verdict {
        "same" => "Joined: one report now",
        "different" => "Kept apart: two reports",
        "same-study" => "Kept apart: two reports of one study",
        "undone" => "Taken back",
        _ => return None,
    };
    Some(text.to_owned())
}

fn pair(
    reader: Reader<'_>,
    (left, right): (
        &crate::store::read::RecordRow,
        &crate::store::read::RecordRow,
    ),
    preview: Preview,
) -> Result<Pair, Problem> {
    let content = |row: &crate::store::read::RecordRow| -> Result<Record, Problem> {
        Ok(reader.content(row.hash)?.unwrap_or_default())
    };
    let side = |row: &crate::store::read::RecordRow| -> Result<Side, Problem> {
        let place = reader.report(row.report)?.map(|report| report.place);
        Ok(Side {
            record: row.id,
            report: row.report,
            source: row.source.clone(),
            // Where an open report stands between votes is nobody's to know here.
            place: place.map_or("", crate::screen::describe),
        })
    };
    let said = dedup::explain(&content(left)?, &content(right)?);
    let mut fields = Vec::new();
    for field in &said.fields {
        if field.a.is_empty() && field.b.is_empty() {
            continue;
        }
        let (sign, class, verdict, words) = match (field.sign, &*field.a, &*field.b) {
            (Sign::Agree, ..) => ("✓", "include", "agrees", "agrees"),
            (Sign::Conflict, ..) => ("×", "exclude", "conflicts", "conflicts"),
            (Sign::Unknown, "", _) => ("?", "unsure", "missing in A", "missing in A"),
            (Sign::Unknown, _, "") => ("?", "unsure", "missing in B", "missing in B"),
            (Sign::Unknown, ..) => ("!", "second", "open", "cannot be told"),
        };
        let [left, right] = pieces(&field.a, &field.b, field.name == "title");
        fields.push(Field {
            field: field.name,
            verdict,
            name: label(field.name),
            words,
            sign,
            class,
            left,
            right,
            long: field.name == "abstract",
            stopped: false,
            a: field.a.clone(),
            b: field.b.clone(),
        });
    }
    let number = |sign: &str| fields.iter().filter(|field| field.sign == sign).count();
    Ok(Pair {
        agree: number("✓"),
        conflict: number("×"),
        unknown: number("?") + number("!"),
        a: side(left)?,
        b: side(right)?,
        open: false,
        why: None,
        score: None,
        would_change: preview.moved,
        asks: preview.asks.map_or_else(Vec::new, |change| change.lines()),
        refused: preview.refused.map(|error| error.to_string()),
        one_report: left.report == right.report,
        key: format!(
            "{}.{}.{}.{}",
            left.id,
            right.id,
            reader.relations_of(left.report)?.len(),
            left.report == right.report
        ),
        next: None,
        previous: None,
        fields,
    })
}

fn label(name: &str) -> &'static str {
    match name {
        "title" => "Title",
        "authors" => "Authors",
        "year" => "Year",
        "journal" => "Journal",
        "volume" => "Volume",
        "issue" => "Issue",
        "pages" => "Pages",
        "doi" => "DOI",
        "pmid" => "PMID",
        "registry" => "Registry number",
        "abstract" => "Abstract",
        _ => "Other",
    }
}

/// Both values in words; with `marked`, the words that the other has not are marked.
fn pieces(a: &str, b: &str, marked: bool) -> [Vec<Piece>; 2] {
    let bare = |word: &str| -> String {
        word.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let words = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(bare).collect() };
    let (left, right) = (words(a), words(b));
    let of = |text: &str, other: &BTreeSet<String>| {
        if !marked {
            return vec![Piece {
                text: text.to_owned(),
                only: false,
            }];
        }
        let mut out: Vec<Piece> = Vec::new();
        for word in text.split_whitespace() {
            let naked = bare(word);
            let only = !naked.is_empty() && !other.contains(&naked);
            match out.last_mut().filter(|last| last.only == only) {
                Some(last) => last.text = format!("{} {word}", last.text),
                None => out.push(Piece {
                    text: word.to_owned(),
                    only,
                }),
            }
        }
        out
    };
    [of(a, &right), of(b, &left)]
}

/// A verdict on a pair.
pub(in crate::web) fn judge(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let (a, b) = (report(ask, 1)?.to_string(), report(ask, 2)?.to_string());
    let verdict = ask.form.get("verdict").ok_or_else(|| {
        Problem::Bad("a verdict is missing: same, different or same-study".to_owned())
    })?;
    let confirmed = ask.form.get("confirm").is_some();
    let value = once(site, ask, who, "duplicates", |writer, acting| {
        let pair = (a.as_str(), b.as_str());
        let on = ("Show the pair", format!("/duplicates/{a}/{b}"));
        let typed = kept(ask, &["verdict"]);
        let joined = |reader: Reader<'_>| -> Result<bool, Problem> {
            let report = |id: &str| -> Result<_, Problem> { Ok(rules::find(reader, id)?.id) };
            Ok(report(&a)? == report(&b)?)
        };
        enter(writer.read(), who)?;
        if joined(writer.read())? {
            return Err(stale(
                "Not saved: the two are one report already",
                "They were joined after your page was made. A record is parted from its report on the \
                 report's own page.",
                typed,
                on,
            ));
        }
        match verdict {
            "same" => {
                let report =
                    pairs::merge(writer, acting, pair, confirmed).map_err(|error| match error {
                        ScreenError::MergeAsks(change) => stale(
                            "Not joined: included reports would change",
                            &format!(
                                "Look at what changes, and confirm it: {}.",
                                change.lines().join("; ")
                            ),
                            typed,
                            on,
                        ),
                        other => other.into(),
                    })?;
                Ok(serde_json::json!({"a": a, "b": b, "verdict": verdict, "report": report}))
            }
            "different" | "same-study" => {
                let relation = if verdict == "different" {
                    "distinct"
                } else {
                    "same-study"
                };
                pairs::relate(writer, acting, pair, relation)?;
                Ok(serde_json::json!({"a": a, "b": b, "verdict": verdict}))
            }
            _ => Err(Problem::Bad(
                "a verdict is same, different or same-study".to_owned(),
            )),
        }
    })?;
    let next = ask.form.get("next").and_then(|next| {
        let (a, b) = next.split_once('/')?;
        Some((a.parse::<RecordId>().ok()?, b.parse::<RecordId>().ok()?))
    });
    let place = next.map_or_else(String::new, |(a, b)| format!("/{a}/{b}"));
    onward(
        site,
        ask,
        &value,
        &format!("/duplicates{place}?done={verdict}"),
    )
}

/// Takes back the own last verdict, where it was the last thing done.
pub(in crate::web) fn undo(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let value = once(site, ask, who, "duplicates-undo", |writer, acting| {
        let nothing = || {
            stale(
                "Nothing to take back here",
                "The last thing that you did was no verdict on a pair. `perennial screen undo` takes back \
                 any act by its name.",
                Vec::new(),
                ("Go on with duplicates", "/duplicates".to_owned()),
            )
        };
        let mut last = None;
        for seq in writer.read().acts_of(acting.person)? {
            if !writer.read().is_undone(seq)? {
                last = Some(seq);
                break;
            }
        }
        let seq = last.ok_or_else(nothing)?;
        let event = writer.read().event(seq)?.ok_or_else(nothing)?;
        if !["records_merged", "records_related", "record_split"].contains(&event.kind.as_str()) {
            return Err(nothing());
        }
        let done = undoing::undo(writer, acting, Some(seq))?;
        Ok(serde_json::json!({"undone": done.act}))
    })?;
    onward(site, ask, &value, "/duplicates?done=undone")
}

#[derive(Template, Serialize)]
#[template(path = "split.html")]
struct SplitPage {
    #[serde(skip)]
    shell: Shell,
    report: RecordId,
    record: RecordId,
    title: String,
    source: String,
    stays: Vec<String>,
    would_change: Vec<Moved>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    key: String,
}

/// What parting a record from its report would change.
pub(in crate::web) fn split_page(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let (of, record) = (report(ask, 1)?, report(ask, 3)?);
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    enter(reader, who)?;
    let rows = reader.records_of(of)?;
    let Some(row) = rows.iter().find(|row| row.id == record) else {
        return Err(Problem::NotFound(format!("{record} is no record of {of}")));
    };
    let others = rows.iter().filter(|row| row.id != record);
    let stays: Vec<String> = others
        .map(|row| format!("{} from {}", row.id, row.source))
        .collect();
    if stays.is_empty() {
        return Err(Problem::NotFound(format!(
            "{record} is the only record of {of}: there is nothing to part"
        )));
    }
    let acting = Acting::of(&who.person, site.now(), who.via);
    let preview = preview::of_split(&site.store, &acting, record)?;
    let page = SplitPage {
        shell: Shell::of(site, reader, who, ("Part a record", "/records"))?,
        report: of,
        record,
        title: row.title.clone().unwrap_or_else(|| "(no title)".to_owned()),
        source: row.source.clone(),
        key: format!("{of}.{record}.{}", rows.len()),
        stays,
        would_change: preview.moved,
        refused: preview.refused.map(|error| error.to_string()),
    };
    Answer::page(ask.json, &page)
}

/// Parts a record from its report.
pub(in crate::web) fn split(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let (of, record) = (report(ask, 1)?, report(ask, 3)?);
    let value = once(site, ask, who, "split", |writer, acting| {
        enter(writer.read(), who)?;
        let rows = writer.read().records_of(of)?;
        if rows.len() < 2 || !rows.iter().any(|row| row.id == record) {
            return Err(stale(
                "Not parted: the record is no longer one of several of this report",
                "It was parted or joined after your page was made. Nothing was changed.",
                Vec::new(),
                ("Show the record", format!("/records/{record}")),
            ));
        }
        let report = pairs::split(writer, acting, &record.to_string())?;
        Ok(serde_json::json!({"record": record, "report": report}))
    })?;
    let report = value.get("report").and_then(serde_json::Value::as_str);
    let to = format!("/records/{}", report.unwrap_or_default());
    onward(site, ask, &value, &to)
}

/// Whether a person may join and part reports from a report's own page.
pub(in crate::web) fn may(reader: Reader<'_>, who: &Signed) -> Result<bool, Problem> {
    Ok(pairs::may_judge(reader, &who.person)?)
}

/// How many pairs wait for a person; nothing where none ever do.
pub(in crate::web) fn waiting(reader: Reader<'_>, who: &Signed) -> Result<Option<u64>, Problem> {
    if !may(reader, who)? {
        return Ok(None);
    }
    Ok(Some(reader.open_pairs()?.len() as u64))
}
